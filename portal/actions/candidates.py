"""What may be handed over, and what may not and why, over the whole ledger in SQL.

The conditions are those of `portal/rules/placeability.py`, which says what they mean; tests/actions/test_candidates.py
asks both about the same claims.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    Subquery,
    Text,
    and_,
    any_,
    case,
    distinct,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array, distinct_on

from portal.actions.arrays import among
from portal.clock import combine
from portal.db import db
from portal.models.persons import Mark
from portal.models.placements import Hold, Placement, PlacementLine
from portal.models.plans import Conflict, ConflictPerson
from portal.models.receivables import ClaimKind, Debtor, Receivable
from portal.rules import placeability
from portal.rules.placeability import BY_HAND, LABELS, OF_PERSON, Target

OF_KIND = and_(ClaimKind.code == Receivable.kind_code, ClaimKind.version == Receivable.kind_version)


@dataclass(frozen=True)
class Choice:
    """The desk's conditions; None: any. Yen, of one claim; `due_before`: due before this day; `fiscal_year`: 調定年度 in
    four digits; `persons`: only these.
    """

    kind: str | None = None
    group: str | None = None
    least: int | None = None
    most: int | None = None
    due_before: date | None = None
    fiscal_year: str | None = None
    phone: bool | None = None
    persons: tuple[uuid.UUID, ...] | None = None

    def only(self, persons: Sequence[uuid.UUID]) -> "Choice":
        return replace(self, persons=tuple(persons))


@dataclass(frozen=True)
class Total:
    claims: int
    persons: int
    yen: int


def ledger(choice: Choice, to: Target) -> Subquery:
    """A row a claim: receivable_id, debtor_id, person_id, balance, free (may be handed over), reasons (codes why not)."""
    marks, answers = _marks(), _answers(to)
    conditions = _conditions(to, marks) | _conflicts(to, answers)
    found = (
        select(
            Receivable.id.label("receivable_id"),
            Receivable.debtor_id,
            Debtor.person_id,
            Receivable.balance,
            not_(or_(_stored(), *conditions.values())).label("free"),
            _reasons(conditions).label("reasons"),
        )
        .join(Debtor, Debtor.id == Receivable.debtor_id)
        .join(ClaimKind, OF_KIND)
        .outerjoin(marks, marks.c.person_id == Debtor.person_id)
        .outerjoin(PlacementLine, and_(PlacementLine.receivable_id == Receivable.id, *_live(PlacementLine, to)))
        .outerjoin(Placement, and_(Placement.person_id == Debtor.person_id, *_live(Placement, to)))
        .where(*chosen(choice))
    )
    if to.checked_for:
        found = found.outerjoin(answers, answers.c.person_id == Debtor.person_id)
    return found.subquery("ledger")


def totals(found: Subquery) -> tuple[Total, Total]:
    """Of what may be handed over, and of what may not."""
    sums: list[ColumnElement[Any]] = []
    for side in (found.c.free, not_(found.c.free)):
        persons, yen = func.count(distinct(found.c.person_id)), func.sum(found.c.balance)
        sums += [func.count().filter(side), persons.filter(side), func.coalesce(yen.filter(side), 0)]
    numbers = [int(number) for number in db.session.execute(select(*sums).select_from(found)).one()]
    return Total(*numbers[:3]), Total(*numbers[3:])


def by_reason(found: Subquery) -> dict[str, int]:
    """{code: claims}, in the order of LABELS; a claim with two reasons counts under both."""
    each = select(func.unnest(found.c.reasons).label("code")).subquery()
    counted = select(each.c.code, func.count()).group_by(each.c.code)
    counts: dict[str, int] = dict(db.session.execute(counted).all())
    return {known: counts[known] for known in LABELS if known in counts}


def by_kind(found: Subquery) -> list[tuple[str, int, int]]:
    """(name of the kind, claims, yen) of what may be handed over, the largest sum first."""
    yen = func.sum(found.c.balance)
    counts = (
        select(ClaimKind.name_ja, func.count(), yen)
        .select_from(found)
        .join(Receivable, Receivable.id == found.c.receivable_id)
        .join(ClaimKind, OF_KIND)
        .where(found.c.free)
        .group_by(ClaimKind.name_ja)
        .order_by(yen.desc(), ClaimKind.name_ja)
    )
    return [(name, claims, int(total)) for name, claims, total in db.session.execute(counts)]


def details(found: Subquery, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Claims of `found` as a list shows them, a person's together, the oldest first."""
    shown = (
        select(
            found.c.receivable_id, found.c.person_id, found.c.reasons, found.c.balance, Receivable.due_on, Receivable.as_of,
            Receivable.fiscal_year, ClaimKind.name_ja.label("kind"), Debtor.name, Debtor.kana, _phone(True).label("has_phone"),
        )
        .join(Receivable, Receivable.id == found.c.receivable_id)
        .join(ClaimKind, OF_KIND)
        .join(Debtor, Debtor.id == found.c.debtor_id)
        .where(*conditions)
    )  # fmt: skip
    return db.session.execute(shown.order_by(found.c.person_id, Receivable.due_on, Receivable.id)).all()


def free_persons(found: Subquery) -> Select[tuple[uuid.UUID]]:
    return select(found.c.person_id).where(found.c.free)


def chosen(choice: Choice) -> list[ColumnElement[bool]]:
    """What the choice asks of a claim, its kind and its debtor."""
    return [
        CONDITIONS[field.name](value) for field in fields(choice) if (value := getattr(choice, field.name)) is not None
    ]


def by_itself(partner_kind: Any, today: date) -> ColumnElement[bool]:
    """May go to a partner of this kind as far as the claim alone goes: nothing of the person, or of where it is now."""
    owed = and_(Receivable.balance > 0, Receivable.verdict == "accepted", ClaimKind.entrusted)
    law, passed = partner_kind == "law_team", func.coalesce(Receivable.last_day < today, False)
    suits = [and_(partner_kind == kind, _suits(kind)) for kind in ("call_centre", "servicer")]
    alive = or_(not_(passed), and_(law, Receivable.class_ == "private"))
    return and_(owed, or_(law, *suits), alive, not_(_is_current(today)), not_(_stored()))


def _phone(wanted: bool) -> ColumnElement[bool]:
    """Under the number of the claim itself: what another section was told is not taken over."""
    known = or_(Debtor.phone1.is_not(None), Debtor.phone2.is_not(None))
    return known if wanted else not_(known)


CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "kind": lambda code: Receivable.kind_code == code,
    "group": lambda group: ClaimKind.claim_group == group,
    "least": lambda yen: Receivable.balance >= yen,
    "most": lambda yen: Receivable.balance <= yen,
    "due_before": lambda day: Receivable.due_on < day,
    "fiscal_year": lambda year: Receivable.fiscal_year == year,
    "phone": _phone,
    "persons": lambda ids: Debtor.person_id == among(ids),
}


def _marks() -> Subquery:
    """What stands against a person under any of the numbers. Few rows: most people have none."""
    flagged = or_(Debtor.protected, func.cardinality(Debtor.flags) > 0)
    ledger = select(Debtor.person_id, Debtor.protected, Debtor.flags, null().label("by_hand")).where(flagged)
    by_hand = select(Mark.person_id, false(), null(), Mark.code).where(Mark.ended_at.is_(None))
    seen = ledger.union_all(by_hand).subquery("seen")
    codes = []
    for code in BY_HAND:
        said = seen.c.by_hand == code
        if code in OF_PERSON:
            said = or_(said, literal(code) == any_(seen.c.flags))
        codes.append(func.coalesce(func.bool_or(said), False).label(code))
    protected = func.bool_or(seen.c.protected).label("protected")
    return select(seen.c.person_id, protected, *codes).group_by(seen.c.person_id).subquery("marks")


def _live(record: type[Placement | PlacementLine], to: Target) -> tuple[ColumnElement[bool], ...]:
    """At most one a person, one a claim: the lane's unique index."""
    return record.ended_at.is_(None), record.lane == to.lane


def _answers(to: Target) -> Subquery:
    """The newest answer of the law team about a person, of those that still stand."""
    return (
        select(ConflictPerson.person_id, Conflict.result)
        .join(Conflict, Conflict.id == ConflictPerson.conflict_id)
        .where(
            ConflictPerson.engagement_id == to.checked_for, Conflict.answered_at >= combine(to.answers_since, "00:00")
        )
        .ext(distinct_on(ConflictPerson.person_id))
        .order_by(ConflictPerson.person_id, Conflict.answered_at.desc(), Conflict.id.desc())
        .subquery("answers")
    )


def _conflicts(to: Target, answers: Subquery) -> dict[str, ColumnElement[bool]]:
    if not to.checked_for:
        return {}
    unchecked = false() if to.planned else and_(answers.c.result.is_(None), PlacementLine.claim_id.is_(None))
    return {"conflict": func.coalesce(answers.c.result == "conflict", False), "conflict_unchecked": unchecked}


def _conditions(to: Target, marks: Subquery) -> dict[str, ColumnElement[bool]]:
    """{code: applies}, never null."""
    passed, private = Receivable.last_day < to.today, Receivable.class_ == "private"
    protected, placed = func.coalesce(marks.c.protected, False), PlacementLine.claim_id.is_not(None)
    return {code: func.coalesce(marks.c[code], False) for code in BY_HAND} | {
        "protected_address": protected,
        "paid": Receivable.balance == 0,
        "time_barred": and_(passed, not_(private)),
        "kind_not_entrusted": not_(ClaimKind.entrusted),
        "lawyers_only": false() if to.kind == "law_team" else and_(passed, private),
        "kind_not_for_partner": not_(_suits(to.kind)),
        "current_year": _is_current(to.today),
        "nameless": and_(Debtor.name.is_(None), not_(protected)),
        "held": Debtor.person_id.in_(select(Hold.person_id).where(Hold.lifted_at.is_(None))),
        "placed": placed,
        "person_placed": and_(Placement.case_id.is_not(None), not_(placed)),
        "not_accepted": and_(Receivable.verdict != "accepted", not_(_stored())),
    }


def _stored() -> ColumnElement[bool]:
    return Receivable.reasons.bool_op("&&")(literal(list(LABELS), ARRAY(Text)))


def _suits(partner_kind: str) -> ColumnElement[bool]:
    marks = {"call_centre": ClaimKind.call_centre, "servicer": ClaimKind.servicer}
    return literal(True) if partner_kind == "law_team" else marks[partner_kind].is_(True)


def _is_current(today: date) -> ColumnElement[bool]:
    if not placeability.FORMER_YEARS_ONLY:
        return false()
    start = placeability.year_start(today)
    four_digits = Receivable.fiscal_year.regexp_match("^[0-9]{4}$")
    return case((four_digits, Receivable.fiscal_year >= f"{start.year:04}"), else_=Receivable.due_on >= start)


def _reasons(conditions: dict[str, ColumnElement[bool]]) -> ColumnElement[Any]:
    """The codes that apply, in the order of LABELS: the ledger's own and those found now."""
    cases = []
    for code in LABELS:
        stored = literal(code) == any_(Receivable.reasons)
        applies = or_(stored, conditions[code]) if code in conditions else stored
        cases.append(case((applies, literal(code, Text))))
    return func.array_remove(array(cases), None)
