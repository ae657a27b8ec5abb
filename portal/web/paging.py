"""Keyset paging: a page costs the same wherever it lies, and a row that moves is neither lost nor shown twice."""

import base64
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import flask
from sqlalchemy import Integer, Select, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import db

SIZES = (25, 50, 100)
CURSOR = ("page_a", "page_b", "page_c", "page_d")
Keys = tuple[InstrumentedAttribute[Any], ...]
Values = dict[str, Any]
READ: dict[type, Callable[[str], Any]] = {
    uuid.UUID: uuid.UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


@dataclass(frozen=True)
class Page:
    """`rows` in order; `next`/`previous`: addresses or None, as ui.pager wants them."""

    rows: Sequence[Any]
    next: str | None
    previous: str | None
    size: int

    @property
    def sizes(self) -> dict[int, str]:
        return {size: _address(size=size) for size in SIZES}


def page(
    query: Select[Any], *keys: InstrumentedAttribute[Any], newest_first: bool = False, values: Values | None = None
) -> Page:
    """One page of `query` (selecting one record, or columns) in the order of `keys`, the last of them unique.

    Reads `after`, `before` and `size` from the address. Keys must never hold a person's data: they stand in the address.
    `values`: of the parameters of a query that is the same object every time; its pages are written once and kept.
    """
    size = _size()
    back = "before" in flask.request.args
    cursor = _read(flask.request.args.get("before" if back else "after"), keys)
    write = _written if values is None else _kept
    statement, single = write(query, keys, newest_first != back, cursor is not None)
    bound = {**(values or {}), "page_limit": size + 1, **dict(zip(CURSOR, cursor or (), strict=False))}
    found = list(db.session.scalars(statement, bound) if single else db.session.connection().execute(statement, bound))
    more, rows = len(found) > size, found[:size]
    if back:
        rows.reverse()
    return Page(
        rows,
        _address(after=_write(rows[-1], keys)) if rows and (back or more) else None,
        _address(before=_write(rows[0], keys)) if rows and (more if back else cursor is not None) else None,
        size,
    )


def _written(query: Select[Any], keys: Keys, falling: bool, placed: bool) -> tuple[Select[Any], bool]:
    """The page's statement, and whether it answers one record a row. `placed`: from where a cursor points."""
    if placed:
        cursor = tuple_(*(bindparam(name, type_=key.type) for name, key in zip(CURSOR, keys, strict=False)))
        query = query.where(tuple_(*keys) < cursor if falling else tuple_(*keys) > cursor)
    query = query.order_by(*(k.desc() if falling else k.asc() for k in keys)).limit(
        bindparam("page_limit", type_=Integer)
    )
    return query, len(query.column_descriptions) == 1


_kept = lru_cache(maxsize=256)(_written)


def _size() -> int:
    size = flask.request.args.get("size", SIZES[0], type=int)
    return size if size in SIZES else SIZES[0]


def _address(**changes: Any) -> str:
    """The address of this page with other conditions, as url_for would write it, at a tenth of its price."""
    kept: dict[str, Any] = {k: v for k, v in flask.request.args.lists() if k not in ("after", "before", *changes)}
    words = urlencode({**kept, **changes}, doseq=True, safe="!$'()*,/:;?@")
    return f"{flask.request.script_root}{quote(flask.request.path)}?{words}"


def _write(row: Any, keys: Sequence[InstrumentedAttribute[Any]]) -> str:
    values = [getattr(row, key.key) for key in keys]
    return base64.urlsafe_b64encode(json.dumps(values, default=_plain).encode()).decode().rstrip("=")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _read(cursor: str | None, keys: Sequence[InstrumentedAttribute[Any]]) -> tuple[Any, ...] | None:
    """What an address carries may be anything: an unreadable cursor is the first page."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return tuple(READ.get(k.type.python_type, k.type.python_type)(v) for k, v in zip(keys, values, strict=True))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
