"""What a partner holds is a copy, made at the hand-over from the ledger as it stands; 備考 stays in the city.

Afterwards its claims follow by the monthly difference (差分), who and where the person is by a refresh, and by nothing else.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    UUID,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    SmallInteger,
    TableValuedAlias,
    Text,
    all_,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from portal import clock
from portal.actions.arrays import table
from portal.actions.candidates import OF_KIND
from portal.db import db, uuid7
from portal.models.casefiles import Casefile, Claim, ClaimEvent, Contactee
from portal.models.placements import Entrustment, Placement, PlacementLine
from portal.models.receivables import ClaimKind, Debtor, Receivable, ReceivableEvent
from portal.rules.eligibility import REASONS
from portal.rules.placeability import Target
from portal.rules.worklist import Place

FILE = {"id": UUID(), "balance": BigInteger(), "claims": Integer(), "oldest_due": Date(), "paid_through": Date(),
        "has_phone": Boolean(), "band": SmallInteger(), "reason": Text(), "next_at": DateTime(timezone=True), "number": Text()}  # fmt: skip
# what the ledger may say anew of a claim that a partner holds
FOLLOWED = ("assessed", "late_charge", "demand_fee", "due_on", "last_day", "notice_no", "summary")
NO_SYNC = {"synchronize_session": False}
LINE = {"claim_id": UUID(), "case_id": UUID(), "receivable_id": UUID()}


@dataclass(frozen=True)
class Case:
    """A file to be made; `lines`: (claim, receivable); yen; `paid_through`: payments are in up to this day (収納反映日)."""

    id: uuid.UUID
    person_id: uuid.UUID
    debtor_id: uuid.UUID
    lines: list[tuple[uuid.UUID, uuid.UUID]]
    balance: int
    oldest_due: date
    paid_through: date
    has_phone: bool
    place: Place


def write(cases: Sequence[Case], made: Entrustment, to: Target) -> None:
    """Files, persons, claims, what moves limitation (for law teams only), and the city's own links to them all."""
    lines = table("line", [(claim, case.id, owed) for case in cases for claim, owed in case.lines], LINE)
    _files(cases, made)
    _persons([(case.id, case.debtor_id) for case in cases], made.org_id)
    _claims(lines, made.org_id)
    if to.kind == "law_team":
        _events(lines, made.org_id)
    _links(cases, made, to)
    _copy(PlacementLine, lines, {**dict(lines.c.items()), "lane": literal(to.lane)})


def join(claims: Sequence[tuple[uuid.UUID, uuid.UUID, uuid.UUID]], made: Entrustment, to: Target) -> None:
    """New claims, (claim, case, receivable), become part of cases that are running."""
    lines = table("line", claims, LINE)
    _claims(lines, made.org_id, added_on=clock.day_of(made.at))
    if to.kind == "law_team":
        _events(lines, made.org_id)
    _copy(PlacementLine, lines, {**dict(lines.c.items()), "lane": literal(to.lane)})


def follow(claims: Sequence[tuple[uuid.UUID, uuid.UUID, uuid.UUID]], made: Entrustment, to: Target) -> None:
    """These copies, (claim, case, receivable), say again what the ledger says; balances have followed by themselves."""
    lines, owed = table("line", claims, LINE), Receivable.__table__
    renewed = update(Claim).where(Claim.id == lines.c.claim_id, owed.c.id == lines.c.receivable_id)
    says = {name: owed.c[name] for name in FOLLOWED}
    db.session.execute(renewed.values(**says, changed_on=clock.day_of(made.at)), execution_options=NO_SYNC)
    if to.kind == "law_team":
        _events(lines, made.org_id)


def renew(case_id: uuid.UUID, debtor_id: uuid.UUID, org_id: uuid.UUID) -> None:
    """Who and where the person is, as the ledger knows it now."""
    db.session.execute(delete(Contactee).where(Contactee.case_id == case_id), execution_options=NO_SYNC)
    _persons([(case_id, debtor_id)], org_id)


def _files(cases: Sequence[Case], made: Entrustment) -> None:
    rows = [
        (
            c.id,
            c.balance,
            len(c.lines),
            c.oldest_due,
            c.paid_through,
            c.has_phone,
            c.place.band,
            c.place.reason,
            c.place.next_at,
            f"{number:08}",
        )
        for number, c in enumerate(cases, start=_first_number(made, len(cases)))
    ]
    files = table("file", rows, FILE)
    values = {
        "org_id": literal(made.org_id, UUID()),
        "engagement_id": literal(made.engagement_id, UUID()),
        "placed_on": literal(clock.day_of(made.at)),
    }
    _copy(Casefile, files, dict(files.c.items()) | values)


def _first_number(made: Entrustment, count: int) -> int:
    """Numbers run by contract, so that nobody can count what others were given."""
    number: int = db.session.execute(select(func.access.number_cases(made.engagement_id, count))).scalar_one()
    return number


def _persons(files: Sequence[tuple[uuid.UUID, uuid.UUID]], org_id: uuid.UUID) -> None:
    """`files`: (case, debtor).

    Of the marks on a person only those that ask for care go along: why others are excluded is the city's business.
    """
    whose = table("whose", files, {"case_id": UUID(), "debtor_id": UUID()})
    flag = func.unnest(Debtor.flags).column_valued("flag")
    care = select(flag).where(flag != all_(literal(list(REASONS), ARRAY(Text))))
    same = {
        name: getattr(Debtor, name)
        for name in ("name", "birth", "sex", "postcode", "address", "building", "phone1", "phone2")
    }
    values = {
        "case_id": whose.c.case_id,
        "org_id": literal(org_id, UUID()),
        "kana": func.coalesce(Debtor.kana, ""),
    }
    source = whose.join(Debtor.__table__, Debtor.id == whose.c.debtor_id)
    _copy(Contactee, source, values | same | {"care": func.array(care.scalar_subquery())})


def _claims(lines: TableValuedAlias, org_id: uuid.UUID, added_on: date | None = None) -> None:
    same = ("kind_code", "class", "fiscal_year", "instalment", "notice_no", "summary", "assessed", "late_charge",
            "demand_fee", "balance", "due_on", "last_day")  # fmt: skip
    owed = Receivable.__table__
    values = {
        "id": lines.c.claim_id,
        "case_id": lines.c.case_id,
        "org_id": literal(org_id, UUID()),
        "kind_name": ClaimKind.name_ja,
        "legal_basis": ClaimKind.legal_basis,
        "added_on": literal(added_on, Date()),
    }
    source = lines.join(owed, owed.c.id == lines.c.receivable_id).join(ClaimKind.__table__, OF_KIND)
    _copy(Claim, source, values | {name: owed.c[name] for name in same})


def _events(lines: TableValuedAlias, org_id: uuid.UUID) -> None:
    """What moves limitation, as far as the copies do not have it yet."""
    found = select(lines.c.claim_id, lines.c.case_id, ReceivableEvent.kind, ReceivableEvent.happened_on)
    found = found.join(ReceivableEvent, ReceivableEvent.receivable_id == lines.c.receivable_id).where(
        ~_told(lines.c.claim_id)
    )
    rows = [(uuid7(), *row) for row in db.session.execute(found)]
    columns = {"id": UUID(), "claim_id": UUID(), "case_id": UUID(), "kind": Text(), "happened_on": Date()}
    events = table("happened", rows, columns)
    _copy(ClaimEvent, events, dict(events.c.items()) | {"org_id": literal(org_id, UUID())})


def _told(claim_id: ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
    """Does the copy of this claim have the ReceivableEvent of the query?"""
    same = ClaimEvent.kind == ReceivableEvent.kind, ClaimEvent.happened_on == ReceivableEvent.happened_on
    return exists().where(ClaimEvent.claim_id == claim_id, *same)


def _links(cases: Sequence[Case], made: Entrustment, to: Target) -> None:
    files = table("file", [(c.id, c.person_id) for c in cases], {"case_id": UUID(), "person_id": UUID()})
    values = {
        "org_id": literal(made.org_id, UUID()),
        "engagement_id": literal(made.engagement_id, UUID()),
        "entrustment_id": literal(made.id, UUID()),
        "lane": literal(to.lane),
        "placed_at": literal(made.at),
    }
    _copy(Placement, files, dict(files.c.items()) | values)


def _copy(model: Any, source: FromClause, values: Mapping[str, Any]) -> None:
    """One INSERT … SELECT; `values` by the names of the columns."""
    given = select(*values.values()).select_from(source)
    db.session.execute(insert(model.__table__).from_select(list(values), given))
