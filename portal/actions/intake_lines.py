"""The verdicts of an upload, in sets: line and reasons, no person."""

import itertools
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Integer, Text, delete, func, insert, literal, select
from sqlalchemy.types import TypeEngine

from portal.actions import arrays
from portal.db import db
from portal.models.intakes import IntakeLine
from portal.rules.intake import Judged

T = TypeVar("T")
BATCH = 5000
STORED = ("excluded", "accepted")
_TEXTS = ("verdict", "reasons", "warnings", "kind_code")
_COLUMNS: dict[str, TypeEngine[Any]] = {"line": Integer(), **dict.fromkeys(_TEXTS, Text()), "balance": BigInteger()}


def batches(found: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(found)
    while batch := list(itertools.islice(rest, BATCH)):
        yield batch


def write(intake_id: uuid.UUID, batch: list[Judged]) -> None:
    """Of a refused or rejected record neither kind nor amount."""
    rows = [
        (
            judged.line,
            judged.verdict,
            "|".join(judged.reasons),
            "|".join(judged.warnings),
            judged.kind_code if judged.verdict in STORED else None,
            judged.balance if judged.verdict in STORED else None,
        )
        for judged in batch
    ]
    line = arrays.table("line", rows, _COLUMNS)
    split = [func.string_to_array(line.c[codes], "|") for codes in ("reasons", "warnings")]
    picked = select(literal(intake_id), line.c.line, line.c.verdict, *split, line.c.kind_code, line.c.balance)
    names = ["intake_id", "line", "verdict", "reasons", "warnings", "kind_code", "balance"]
    db.session.execute(insert(IntakeLine).from_select(names, picked))


def drop(intake_id: uuid.UUID) -> None:
    db.session.execute(delete(IntakeLine).where(IntakeLine.intake_id == intake_id))
