"""外部提供記録: what of whom was given to which partner, when, on which ground and decision."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import UUID, ColumnElement, Row, Text, case, exists, func, insert, literal, or_, select
from sqlalchemy.dialects.postgresql import array

from portal.actions.arrays import table
from portal.db import db, uuid7
from portal.models.casefiles import ClaimEvent, Contactee
from portal.models.organisations import Account, Organisation
from portal.models.placements import Disclosure, Entrustment, Placement, PlacementLine
from portal.rules.disclosures import GROUND

COLUMNS = ("id", "person_id", "case_id", "org_id", "by_id", "at", "ground", "decision_no", "fields", "receivables")


def record(cases: Sequence[uuid.UUID], entrustment: Entrustment) -> None:
    """An entry a file, read from the copies the partner holds, once they are made."""
    entries = table("entry", [(case, uuid7()) for case in cases], {"case_id": UUID(), "id": UUID()})
    lines = select(func.array_agg(PlacementLine.receivable_id)).where(PlacementLine.case_id == Placement.case_id)
    given = (
        select(
            entries.c.id,
            Placement.person_id,
            Placement.case_id,
            Placement.org_id,
            literal(entrustment.by_id, UUID()),
            Placement.placed_at,
            literal(GROUND),
            literal(entrustment.decision_no),
            _fields(),
            lines.scalar_subquery(),
        )
        .select_from(entries)
        .join(Placement, Placement.case_id == entries.c.case_id)
        .join(Contactee, Contactee.case_id == entries.c.case_id)
    )
    db.session.execute(insert(Disclosure).from_select(COLUMNS, given))


def of_person(person_id: uuid.UUID) -> Sequence[Row[Disclosure, str, str]]:
    """(entry, partner, who gave it), the newest first."""
    entries = (
        select(Disclosure, Organisation.name, Account.name)
        .join(Organisation, Organisation.id == Disclosure.org_id)
        .join(Account, Account.id == Disclosure.by_id)
        .where(Disclosure.person_id == person_id)
    )
    return db.session.execute(entries.order_by(Disclosure.at.desc(), Disclosure.id.desc())).all()


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
