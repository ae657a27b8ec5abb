"""委託できない債権 as work lists: how much for which reason, claim by claim, and the list for whoever acts next."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Row, Select, Subquery, Text, cast, func, literal, not_, select

from portal.actions.candidates import OF_KIND
from portal.db import db
from portal.models.receivables import ClaimKind, Debtor, Receivable
from portal.rules.placeability import LABELS


@dataclass(frozen=True)
class Figure:
    """Of one reason: claims, persons, yen; `oldest_due`: the oldest due date; `as_of`: the oldest day a file spoke of."""

    claims: int
    persons: int
    yen: int
    oldest_due: date
    as_of: date


def figures(found: Subquery) -> dict[str, Figure]:
    """{code: Figure}, in the order of LABELS; a claim with two reasons counts under both."""
    each = select(
        func.unnest(found.c.reasons).label("code"), found.c.receivable_id, found.c.person_id, found.c.balance
    ).subquery()
    counted = (
        select(
            each.c.code,
            func.count(),
            func.count(each.c.person_id.distinct()),
            func.sum(each.c.balance),
            func.min(Receivable.due_on),
            func.min(Receivable.as_of),
        )
        .join(Receivable, Receivable.id == each.c.receivable_id)
        .group_by(each.c.code)
    )
    known = {code: Figure(claims, persons, int(yen), *days) for code, claims, persons, yen, *days
             in db.session.execute(counted)}  # fmt: skip
    return {code: known[code] for code in LABELS if code in known}


def claims(found: Subquery, reasons: Sequence[str]) -> Select[tuple[Receivable]]:
    """What may not be handed over; with `reasons` only for any of them."""
    kept = select(Receivable).join(found, found.c.receivable_id == Receivable.id).where(not_(found.c.free))
    return kept.where(_any(found, reasons)) if reasons else kept


def total(found: Subquery, reasons: Sequence[str]) -> tuple[int, int]:
    """(claims, yen) of the same."""
    sums = select(func.count(), func.coalesce(func.sum(found.c.balance), 0)).where(not_(found.c.free))
    count, yen = db.session.execute(sums.where(_any(found, reasons)) if reasons else sums).one()
    return count, int(yen)


def persons(found: Subquery, reasons: Sequence[str]) -> list[uuid.UUID]:
    """Whom the list shows, for the trail."""
    whose = select(found.c.person_id).where(not_(found.c.free)).distinct()
    return list(db.session.scalars(whose.where(_any(found, reasons)) if reasons else whose))


def listed(found: Subquery, reasons: Sequence[str]) -> Iterator[Row[Any]]:
    """The same claim by claim as a file carries them, in the order of numbers, a thousand at a time."""
    kept = (
        select(
            Debtor.source, Debtor.number, Debtor.name, Debtor.kana, ClaimKind.name_ja.label("kind"), Receivable.fiscal_year,
            Receivable.due_on, found.c.balance, found.c.reasons, Receivable.as_of,
        )
        .join(Receivable, Receivable.id == found.c.receivable_id)
        .join(Debtor, Debtor.id == found.c.debtor_id)
        .join(ClaimKind, OF_KIND)
        .where(not_(found.c.free))
        .order_by(Debtor.source, Debtor.number, Receivable.due_on, Receivable.id)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    yield from db.session.execute(kept.where(_any(found, reasons)) if reasons else kept)


def _any(found: Subquery, reasons: Sequence[str]) -> Any:
    return cast(found.c.reasons, ARRAY(Text)).bool_op("&&")(literal(list(reasons), ARRAY(Text)))
