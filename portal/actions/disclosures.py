"""外部提供記録: what of whom was given to which partner, when, on which ground and decision."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, UUID, ColumnElement, Row, Select, Text, case, exists, func, insert, literal, or_, select
from sqlalchemy.dialects.postgresql import array, distinct_on

from portal.actions.arrays import table
from portal.actions.audits import Period
from portal.actions.candidates import OF_KIND
from portal.db import db, uuid7
from portal.models.casefiles import Casefile, ClaimEvent, Contactee
from portal.models.organisations import Account, Organisation
from portal.models.placements import Disclosure, Entrustment, Placement, PlacementLine
from portal.models.receivables import ClaimKind, Debtor, Receivable
from portal.rules.disclosures import GROUNDS

COLUMNS = ("id", "person_id", "case_id", "org_id", "by_id", "at", "ground", "decision_no", "fields", "receivables")
IDS = {"case_id": UUID(), "id": UUID()}
LINE = {"case_id": UUID(), "receivable_id": UUID()}


def record(cases: Sequence[uuid.UUID], entrustment: Entrustment) -> None:
    """An entry a file, read from the copies the partner holds, once they are made."""
    lines = select(func.array_agg(PlacementLine.receivable_id)).where(PlacementLine.case_id == Placement.case_id)
    _record(
        cases, entrustment.by_id, entrustment.at, literal(entrustment.decision_no), _fields(), lines.scalar_subquery()
    )


def record_claims(
    lines: Sequence[tuple[uuid.UUID, uuid.UUID]], entrustment: Entrustment, fields: Sequence[str]
) -> None:
    """An entry a file for what a difference told of its claims; `lines`: (case, receivable)."""
    told = table("told", lines, LINE)
    own = select(func.array_agg(told.c.receivable_id)).where(told.c.case_id == Placement.case_id)
    cases, said = list(dict.fromkeys(case for case, _ in lines)), literal(list(fields), ARRAY(Text))
    _record(cases, entrustment.by_id, entrustment.at, literal(entrustment.decision_no), said, own.scalar_subquery())


def record_person(case_id: uuid.UUID, *, by_id: uuid.UUID, at: datetime) -> None:
    """The entry of a refresh: who and where the person is, no claim; on the decision the file was placed by."""
    decision = select(Entrustment.decision_no).where(Entrustment.id == Placement.entrustment_id).scalar_subquery()
    no_claims = ("claims", "events")
    said = _fields()
    for code in no_claims:
        said = func.array_remove(said, code)
    _record([case_id], by_id, at, decision, said, literal([], ARRAY(UUID())))


def _record(
    cases: Sequence[uuid.UUID],
    by_id: uuid.UUID,
    at: datetime,
    decision: ColumnElement[Any],
    fields: ColumnElement[Any],
    receivables: ColumnElement[Any],
) -> None:
    entries = table("entry", [(case, uuid7()) for case in cases], IDS)
    given = (
        select(
            entries.c.id, Placement.person_id, Placement.case_id, Placement.org_id, literal(by_id, UUID()), literal(at),
            case(GROUNDS, value=Organisation.kind), decision, fields, receivables,
        )
        .select_from(entries)
        .join(Placement, Placement.case_id == entries.c.case_id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .join(Contactee, Contactee.case_id == entries.c.case_id)
    )  # fmt: skip
    db.session.execute(insert(Disclosure).from_select(COLUMNS, given))


def of_person(person_id: uuid.UUID) -> Sequence[Row[Disclosure, str, str, str, Placement, date]]:
    """(entry, partner, giver, number of the file, placement, decided_on), the newest first; a conflict check has no file."""
    same = Entrustment.decision_no == Disclosure.decision_no, Entrustment.org_id == Disclosure.org_id
    decided = select(func.max(Entrustment.decided_on)).where(*same).scalar_subquery()
    entries = (
        select(Disclosure, Organisation.name.label("partner"), Account.name.label("giver"), Casefile.number, Placement,
               decided.label("decided_on"))
        .join(Organisation, Organisation.id == Disclosure.org_id)
        .join(Account, Account.id == Disclosure.by_id)
        .outerjoin(Casefile, Casefile.id == Disclosure.case_id)
        .outerjoin(Placement, Placement.case_id == Disclosure.case_id)
        .where(Disclosure.person_id == person_id)
    )  # fmt: skip
    return db.session.execute(entries.order_by(Disclosure.at.desc(), Disclosure.id.desc())).all()


def claims(entries: Collection[Disclosure]) -> dict[tuple[uuid.UUID | None, uuid.UUID], Row[Any]]:
    """{(case, receivable): (kind, fiscal_year, instalment, ended_at)}: when the partner ceased to hold that claim."""
    pairs = {(entry.case_id, owed) for entry in entries for owed in entry.receivables}
    told = table("told", sorted(pairs, key=str), LINE)
    live = PlacementLine.ended_at
    ended = select(case((func.bool_or(live.is_(None)), None), else_=func.max(live)))
    ended = ended.where(PlacementLine.case_id == told.c.case_id, PlacementLine.receivable_id == told.c.receivable_id)
    found = (
        select(told.c.case_id, told.c.receivable_id, ClaimKind.name_ja.label("kind"), Receivable.fiscal_year,
               Receivable.instalment, ended.scalar_subquery().label("ended_at"))
        .select_from(told)
        .join(Receivable, Receivable.id == told.c.receivable_id)
        .join(ClaimKind, OF_KIND)
    )  # fmt: skip
    return {(row.case_id, row.receivable_id): row for row in db.session.execute(found)} if pairs else {}


def entries(period: Period, org_id: uuid.UUID | None = None) -> Select[tuple[Disclosure]]:
    """The ledger of a period, of one partner or all."""
    found = select(Disclosure).where(period.holds(Disclosure.at))
    return found.where(Disclosure.org_id == org_id) if org_id else found


def total(found: Select[tuple[Disclosure]]) -> tuple[int, int]:
    """(entries, persons)."""
    sums = found.with_only_columns(func.count(), func.count(Disclosure.person_id.distinct()))
    count, people = db.session.execute(sums).one()
    return count, people


def lines(chosen: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Entries with names, as the desk and the auditor may both read them; the newest first."""
    newest = (
        select(Debtor.person_id, Debtor.name, Debtor.kana)
        .where(Debtor.name.is_not(None))
        .ext(distinct_on(Debtor.person_id))
        .order_by(Debtor.person_id, Debtor.id.desc())
        .subquery()
    )
    said = (
        select(Disclosure, Organisation.name.label("partner"), Account.name.label("giver"), Casefile.number,
               Placement.ended_at, newest.c.name, newest.c.kana)
        .join(Organisation, Organisation.id == Disclosure.org_id)
        .join(Account, Account.id == Disclosure.by_id)
        .outerjoin(Casefile, Casefile.id == Disclosure.case_id)
        .outerjoin(Placement, Placement.case_id == Disclosure.case_id)
        .outerjoin(newest, newest.c.person_id == Disclosure.person_id)
        .where(chosen)
    )  # fmt: skip
    return db.session.execute(said.order_by(Disclosure.at.desc(), Disclosure.id.desc())).all()


def _fields() -> ColumnElement[Any]:
    """The codes of rules/disclosures.FIELDS for which the copy holds a value."""
    held = {
        "kana": Contactee.kana != "",
        "birth": Contactee.birth.is_not(None),
        "sex": Contactee.sex.is_not(None),
        "address": Contactee.address.is_not(None),
        "phone": or_(Contactee.phone1.is_not(None), Contactee.phone2.is_not(None)),
        "care": func.cardinality(Contactee.care) > 0,
        "events": exists().where(ClaimEvent.case_id == Contactee.case_id),
    }
    given = [case((condition, literal(code, Text))) for code, condition in held.items()]
    return func.array_remove(array([literal("name", Text), *given, literal("claims", Text)]), None)
