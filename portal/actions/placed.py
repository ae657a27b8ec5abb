"""委託中の債権: what partners hold or held, as the desk reads it."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from portal.actions.arrays import among
from portal.db import db
from portal.models.casefiles import Casefile, Claim
from portal.models.organisations import Account, Engagement, Organisation
from portal.models.placements import Disclosure, Entrustment, Hold, Placement
from portal.models.plans import RecallNotice
from portal.models.receivables import ClaimKind, Debtor


def files(
    *, org: str | None = None, state: str | None = None, held: str | None = None, kind: str | None = None
) -> Select[tuple[Placement]]:
    """Placements of files in this state; `org`: the partner they were placed with; `held`: "1" or "0"; None: any."""
    wanted: list[tuple[str | None, ColumnElement[bool]]] = [
        (org, Placement.org_id == org),
        (state, Casefile.state == state),
        (held, Casefile.held_at.is_not(None) if held == "1" else Casefile.held_at.is_(None)),
        (kind, exists().where(Claim.case_id == Placement.case_id, Claim.kind_code == kind)),
    ]
    found = select(Placement).join(Casefile, Casefile.id == Placement.case_id)
    return found.where(*(condition for value, condition in wanted if value is not None))


def total(found: Select[tuple[Placement]]) -> tuple[int, int]:
    """(files, yen)."""
    sums = found.with_only_columns(func.count(), func.coalesce(func.sum(Casefile.balance), 0))
    count, yen = db.session.execute(sums).one()
    return count, int(yen)


def lines(cases: Collection[uuid.UUID]) -> dict[uuid.UUID, Row[Any]]:
    """{case: (Casefile, partner, name, kana)}; the name as the city knows it now, none for a protected person."""
    newest = (
        select(Debtor.person_id, Debtor.name, Debtor.kana)
        .where(Debtor.name.is_not(None))
        .ext(distinct_on(Debtor.person_id))
        .order_by(Debtor.person_id, Debtor.id.desc())
        .subquery()
    )
    found = (
        select(Casefile, Organisation.name.label("partner"), newest.c.name, newest.c.kana, Placement.person_id)
        .join(Placement, Placement.case_id == Casefile.id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .outerjoin(newest, newest.c.person_id == Placement.person_id)
        .where(Casefile.id == among(cases))
    )
    return {row.Casefile.id: row for row in db.session.execute(found)}


def partners() -> Sequence[Row[uuid.UUID, str]]:
    found = select(Organisation.id, Organisation.name).where(Organisation.kind != "city")
    return db.session.execute(found.order_by(Organisation.name, Organisation.id)).all()


def kinds() -> Sequence[Row[str, str]]:
    """(code, name) of every kind that may be stored, once."""
    stored = select(ClaimKind.code, ClaimKind.name_ja).where(ClaimKind.class_ != "enforceable_public").distinct()
    return db.session.execute(stored.order_by(ClaimKind.code)).all()


def placement(case_id: uuid.UUID) -> Row[Placement, Entrustment, Engagement, Organisation, RecallNotice]:
    """The notice: of a recall announced now, or None. NoResultFound."""
    announced = and_(RecallNotice.case_id == Placement.case_id, RecallNotice.state == "announced")
    found = (
        select(Placement, Entrustment, Engagement, Organisation, RecallNotice)
        .join(Entrustment, Entrustment.id == Placement.entrustment_id)
        .join(Engagement, Engagement.id == Placement.engagement_id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .outerjoin(RecallNotice, announced)
    )
    return db.session.execute(found.where(Placement.case_id == case_id)).one()


def claims(case_id: uuid.UUID) -> Sequence[Claim]:
    return db.session.scalars(select(Claim).where(Claim.case_id == case_id).order_by(Claim.due_on, Claim.id)).all()


def holds(person_id: uuid.UUID) -> Sequence[Row[Hold, str, str]]:
    """(hold, organisation that asked, who), the newest first."""
    found = (
        select(Hold, Organisation.name.label("source"), Account.name.label("asker"))
        .join(Organisation, Organisation.id == Hold.source_org)
        .join(Account, Account.id == Hold.by_id)
        .where(Hold.person_id == person_id)
    )
    return db.session.execute(found.order_by(Hold.at.desc(), Hold.id.desc())).all()


def given(case_id: uuid.UUID) -> Sequence[Row[Disclosure, str]]:
    """(entry of the 外部提供記録, who gave it), the newest first."""
    found = select(Disclosure, Account.name).join(Account, Account.id == Disclosure.by_id)
    return db.session.execute(found.where(Disclosure.case_id == case_id).order_by(Disclosure.at.desc())).all()
