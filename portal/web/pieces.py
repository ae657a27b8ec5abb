"""The small pieces that stand a hundred times on a page: as Jinja macros they would cost ten times as much.

What goes in is escaped here, what comes out is markup; kit.html offers them beside the macros.
"""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import flask
from markupsafe import Markup, escape

from portal import clock
from portal.web import written
from portal.web.language import language

Col = str | tuple[str, str]
DASH = Markup('<span class="none">—</span>')


def dash() -> Markup:
    return DASH


def day(value: Any) -> Markup:
    return _time(written.iso(value), written.iso(value), written.day(value)) if value else DASH


def moment(value: Any) -> Markup:
    """A bare day stays a day."""
    return _moment(language(), value) if hasattr(value, "hour") else day(value)


@lru_cache(maxsize=8192)  # a team has the same few hundred before its eyes all day
def _moment(_spoken: str, value: datetime) -> Markup:
    local = clock.in_japan(value)
    iso = local.isoformat(timespec="seconds")
    return _time(iso, iso[:16].replace("T", " "), written.moment(local))


def money(value: Any) -> Markup:
    return DASH if value is None else Markup(f'<span class="money">{written.yen(value)}</span>')


def name(text: str, kana: str | None = None) -> Markup:
    """Family and given name get their own reading when both are divided the same way; a name in kana is its own."""
    whole = full_width(kana)
    parts, readings = text.split(), whole.split()
    if not readings or readings == parts:
        shown = str(escape(text))
    elif len(parts) == len(readings):
        shown = " ".join(map(_read, parts, readings))
    else:
        shown = _read(text, whole)
    return Markup(f'<span class="name">{shown}</span>')


def full_width(reading: str | None) -> str:
    """In one width: old systems write half-width kana, newer ones do not."""
    return unicodedata.normalize("NFKC", reading or "")


def number(debtor: Any) -> str:
    """取込元-宛名番号; the number alone where the source says nothing of itself."""
    return f"{debtor.source}-{debtor.number}" if debtor.source else str(debtor.number)


def badge(text: Any, tone: str = "neutral") -> Markup:
    """`tone`: neutral info ok warn danger hold; each has its own shape."""
    return Markup(f'<span class="badge badge--{tone}">{icon(tone, 14)}{escape(text)}</span>')


@lru_cache(maxsize=256)
def icon(name: str, size: int = 16) -> Markup:
    return flask.current_app.jinja_env.get_template("ui/icon.html").module.icon(name, size)  # type: ignore[attr-defined]


def link(label: Any, href: str) -> Markup:
    """A small button that leads somewhere."""
    return Markup(
        f'<a class="button button--secondary button--small" href="{escape(href)}"><span>{escape(label)}</span></a>'
    )


def row(cols: Sequence[Col], cells: Sequence[Any], tone: str | None = None, id: Any = None) -> Markup:
    """A row of ui.table. `cols`: "見出し" or ("見出し", kind), as the table has them; a cell that is None becomes a dash."""
    opening = f' class="row--{tone}"' if tone else ""
    opening += f' id="{escape(id)}"' if id else ""
    return Markup(f'<tr role="row"{opening}>{"".join(map(_cell, cols, cells))}\n</tr>')


def _cell(col: Col, cell: Any) -> str:
    label, kind = (col, "text") if isinstance(col, str) else col
    opening, closing = _around(str(label), kind)
    shown = cell if type(cell) is Markup else DASH if cell is None else escape(cell)
    return f"{opening}{shown}{closing}"


@lru_cache(maxsize=1024)  # column headings, of which there are few
def _around(label: str, kind: str) -> tuple[str, str]:
    if kind == "head":
        return f'\n<th class="cell cell--head" role="rowheader" scope="row" data-label="{escape(label)}">', "</th>"
    return f'\n<td class="cell cell--{kind}" role="cell" data-label="{escape(label)}">', "</td>"


def _time(iso: str, title: str, shown: str) -> Markup:
    return Markup(f'<time datetime="{iso}" title="{title}">{escape(shown)}</time>')


def _read(part: str, reading: str) -> str:
    if part == reading:
        return str(escape(part))
    return f"<ruby>{escape(part)}<rp>（</rp><rt>{escape(reading)}</rt><rp>）</rp></ruby>"
