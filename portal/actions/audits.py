"""What an auditor asks: who did and who looked, how each partner fares, what was 基準外. Nothing here changes a row."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select, union_all
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import InstrumentedAttribute

from portal.clock import combine
from portal.db import db
from portal.models.attempts import Attempt, Receipt
from portal.models.casefiles import Casefile
from portal.models.events import Event
from portal.models.organisations import Account, Organisation
from portal.models.placements import Approval, Hold, Placement
from portal.models.plans import ConflictPerson
from portal.models.receivables import Debtor
from portal.models.referrals import Referral
from portal.models.returns import Return
from portal.models.reviews import Review

LOOKED = Event.verb.in_(("read", "export"))
MOST = 10_000  # the trail has millions of entries: a count stops here
MOST_VIEWERS = 200


@dataclass(frozen=True)
class Period:
    """Days of Japan, both included."""

    first: date
    last: date

    def holds(self, at: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
        return (at >= combine(self.first, "00:00")) & (at < combine(self.last + timedelta(days=1), "00:00"))


def placed(case_id: uuid.UUID) -> Row[Casefile, Placement]:
    """The file and whose it was when it was placed: for ever, through every recall. NoResultFound."""
    query = select(Casefile, Placement).join(Placement, Placement.case_id == Casefile.id)
    return db.session.execute(query.where(Casefile.id == case_id)).one()


def numbered(number: str) -> list[uuid.UUID]:
    """Files of this number: a number is unique within one contract."""
    return list(db.session.scalars(select(Casefile.id).where(Casefile.number == number).limit(MOST_VIEWERS)))


def trail(case_id: uuid.UUID, person_id: uuid.UUID) -> Select[Any]:
    """Every entry of a file: what was done to it and what belongs to it, who looked, what the database did by itself."""
    return select(Event).where(or_(_speaks(Event.cases, [case_id]), _speaks(Event.ids, _names_of(person_id, case_id))))


def seen(person_id: uuid.UUID, period: Period) -> Select[Any]:
    """Every entry of somebody looking at this person, through whichever file, sheet or number."""
    return select(Event).where(LOOKED, period.holds(Event.at), _speaks(Event.ids, _names_of(person_id)))


def _speaks(of: InstrumentedAttribute[list[uuid.UUID]], names: list[uuid.UUID]) -> ColumnElement[bool]:
    return of.op("&&", is_comparison=True)(names)


def _names_of(person_id: uuid.UUID, case_id: uuid.UUID | None = None) -> list[uuid.UUID]:
    """Every id under which the trail may speak of a person; with `case_id`, of this file only."""
    files = select(Placement.case_id).where(Placement.person_id == person_id)
    files = files.where(Placement.case_id == case_id) if case_id else files
    sheets: tuple[type[Any], ...] = (Referral, Return, Review)
    found = union_all(
        files,
        select(Debtor.id).where(Debtor.person_id == person_id),
        select(Hold.id).where(Hold.person_id == person_id),
        select(Approval.id).where(Approval.noun_id == person_id),
        select(ConflictPerson.conflict_id).where(ConflictPerson.person_id == person_id),
        *(select(sheet.id).where(sheet.case_id.in_(files)) for sheet in sheets),
    )
    return [person_id, *db.session.scalars(found)]


def viewers(seen: Select[Any]) -> list[Any]:
    """(actor_id, actor_org, action, times, first, last), by organisation and person, never by how often."""
    who = Event.actor_org, Event.actor_id, Event.action
    times = func.count().label("times"), func.min(Event.at).label("first"), func.max(Event.at).label("last")
    query = seen.with_only_columns(*who, *times).group_by(*who).order_by(*who)
    return list(db.session.execute(query.limit(MOST_VIEWERS)))


def count(query: Select[Any]) -> int:
    """How many, up to MOST."""
    some = query.with_only_columns(literal(1).label("one"), maintain_column_froms=True).limit(MOST).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def numbers(person_id: uuid.UUID) -> list[Debtor]:
    """Under which numbers this person stands, and the name there. NoResultFound when there is no such person."""
    found = list(db.session.scalars(select(Debtor).where(Debtor.person_id == person_id).order_by(Debtor.source)))
    if not found:
        raise NoResultFound
    return found


def persons(number: str) -> list[Row[uuid.UUID, uuid.UUID, str]]:
    """(person_id, id, source) of each source's 宛名番号 that is exactly this."""
    query = select(Debtor.person_id, Debtor.id, Debtor.source).where(Debtor.number == number)
    return list(db.session.execute(query.order_by(Debtor.source).limit(MOST_VIEWERS)))


def breaches(period: Period, partner: uuid.UUID | None) -> Select[Any]:
    query = select(Attempt).where(Attempt.breach, period.holds(Attempt.at))
    if partner:
        query = query.join(Placement, Placement.case_id == Attempt.case_id).where(Placement.org_id == partner)
    return query


def judged(period: Period, partner: uuid.UUID | None) -> int:
    """How often the contact rule was asked and its receipt kept."""
    query = select(func.count()).select_from(Receipt).where(period.holds(Receipt.at))
    return db.session.scalar(query.where(Receipt.org_id == partner) if partner else query) or 0


def receipts(attempts: Iterable[Attempt]) -> dict[uuid.UUID, Receipt]:
    """By the attempt's own id."""
    found = db.session.scalars(select(Receipt).where(Receipt.id.in_([attempt.id for attempt in attempts])))
    return {receipt.id: receipt for receipt in found}


def files(cases: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """(id, number, org_id: the partner it was placed with), by id."""
    query = select(Casefile.id, Casefile.number, Placement.org_id)
    query = query.join(Placement, Placement.case_id == Casefile.id).where(Casefile.id.in_(cases))
    return {row.id: row for row in db.session.execute(query)}


def names(people: Collection[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    return {
        row.id: row.name for row in db.session.execute(select(Account.id, Account.name).where(Account.id.in_(people)))
    }


def organisations() -> dict[uuid.UUID, Any]:
    """(id, name, kind), the city among them, in order of name."""
    query = select(Organisation.id, Organisation.name, Organisation.kind).order_by(Organisation.name, Organisation.id)
    return {row.id: row for row in db.session.execute(query)}
