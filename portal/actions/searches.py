"""本人を探す: by number, name, telephone or birth date, or several at once, over every source; each is an index.

All that is asked must hold under one 宛名番号. A protected person has nothing but numbers to be found by.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, distinct, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from portal.actions.arrays import among
from portal.db import db
from portal.models.placements import Placement
from portal.models.receivables import Debtor, Receivable
from portal.rules import names

LEAST_DIGITS, LEAST_SIGNS = 4, 2  # of a telephone's end; of a name, anywhere
MOST = 5000  # numbers; whoever finds more asks more narrowly: one kana sign finds a tenth of a city


@dataclass(frozen=True)
class Sought:
    """What the desk knows; None: nothing. `name`: its beginning, or two signs anywhere; `phone`: its last digits."""

    number: str | None = None
    source: str | None = None
    kana: str | None = None
    name: str | None = None
    phone: str | None = None
    birth: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        asked = {name: value for name, value in vars(self).items() if value}
        return [CONDITIONS[name](value) for name, value in asked.items()]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _named(name: str) -> ColumnElement[bool]:
    """One sign is a beginning only; two and more may stand anywhere: first their signs by index, then in this order."""
    if len(name) < LEAST_SIGNS:
        return Debtor.name_key.like(_escaped(name) + "%")
    signs = func.string_to_array(Debtor.name_key, None)
    return signs.op("@>")(cast(literal(list(name), ARRAY(Text)), ARRAY(Text))) & Debtor.name_key.like(
        f"%{_escaped(name)}%"
    )


def _ends(digits: str) -> ColumnElement[bool]:
    backwards = digits[::-1] + "%"
    return or_(Debtor.phone1_key.like(backwards), Debtor.phone2_key.like(backwards))


CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "number": lambda number: Debtor.number == number,
    "source": lambda source: Debtor.source == source,
    "kana": lambda kana: Debtor.kana_key.like(_escaped(names.kana(kana)) + "%"),
    "name": lambda name: _named(names.name(name)),
    "phone": lambda phone: _ends(names.phone(phone)),
    "birth": lambda birth: Debtor.birth == birth,
}


@dataclass(frozen=True)
class Found:
    """`persons`: of this page, in the order of their kana; `count`: of all, None: more than MOST, and nobody is shown.

    `after`: where the next page begins, or None.
    """

    persons: Sequence[uuid.UUID]
    count: int | None
    after: tuple[str, uuid.UUID] | None = None


def find(sought: Sought, *, size: int, after: tuple[str, uuid.UUID] | None = None) -> Found:
    """`after`: (kana_key, person) of the last one on the page before. Two statements."""
    hits = select(Debtor.person_id, func.coalesce(Debtor.kana_key, "").label("kana")).where(*sought.conditions())
    first = hits.limit(MOST + 1).subquery("first")
    numbers, count = db.session.execute(select(func.count(first.c.kana), func.count(distinct(first.c.person_id)))).one()
    if numbers > MOST:
        return Found([], None)
    kana = func.min(first.c.kana).collate("C")
    wanted = select(kana.label("kana"), first.c.person_id).group_by(first.c.person_id)
    if after is not None:
        wanted = wanted.having(tuple_(kana, first.c.person_id) > after)
    rows = db.session.execute(wanted.order_by(kana, first.c.person_id).limit(size + 1)).all()
    page = rows[:size]
    last = (page[-1].kana, page[-1].person_id) if len(rows) > size else None
    return Found([row.person_id for row in page], count, last)


@dataclass(frozen=True)
class Line:
    """One person of the list: all numbers, and what is owed under them (yen); `placed`: live cases at partners."""

    id: uuid.UUID
    debtors: Sequence[Debtor]
    claims: int
    balance: int
    placed: int

    @property
    def protected(self) -> bool:
        return any(debtor.protected for debtor in self.debtors)

    @property
    def named(self) -> Debtor | None:
        return next((debtor for debtor in self.debtors if debtor.name), None)


def lines(persons: Sequence[uuid.UUID]) -> list[Line]:
    """In this order. Three statements, however many."""
    debtors = db.session.scalars(
        select(Debtor).where(Debtor.person_id == among(persons)).order_by(Debtor.id.desc())
    ).all()
    owed = _sums(
        select(Debtor.person_id, func.count(), func.sum(Receivable.balance))
        .join(Receivable, Receivable.debtor_id == Debtor.id)
        .where(Debtor.person_id == among(persons))
        .group_by(Debtor.person_id)
    )
    live = Placement.person_id == among(persons), Placement.ended_at.is_(None)
    placed = _sums(select(Placement.person_id, func.count()).where(*live).group_by(Placement.person_id))
    return [
        Line(
            person,
            [debtor for debtor in debtors if debtor.person_id == person],
            *(owed.get(person) or (0, 0)),
            *(placed.get(person) or (0,)),
        )
        for person in persons
    ]


def _sums(query: Any) -> dict[uuid.UUID, tuple[int, ...]]:
    rows: Sequence[Any] = db.session.execute(query).all()
    return {row[0]: tuple(int(value) for value in row[1:]) for row in rows}
