"""Collection contact with a person is stopped by triggers; only the desk lets it run again (回収再開)."""

import uuid
from collections.abc import Collection

from sqlalchemy import select, text, update
from sqlalchemy.exc import NoResultFound

from portal.access import scope
from portal.access.principal import Principal
from portal.db import db
from portal.models.placements import Hold
from portal.models.receivables import Person


class SecondPersonNeeded(Exception):
    """A hold that protects an address (支援措置) ends only with the protection itself, which two people lift."""


def lock(case_id: uuid.UUID) -> None:
    """Locks the person of one's own live case. Comes first in whatever stops contact: persons before cases.

    Without it the new row's foreign key holds the case while its trigger waits for the person, and a recall, which
    holds the person, waits for the case. NoResultFound when the case is not the caller's.
    """
    facts = text("select held from access.contact_facts(:case)")
    if db.session.execute(facts, {"case": case_id}).first() is None:
        raise NoResultFound


def live(person_id: uuid.UUID) -> list[Hold]:
    """What stops contact with this person now, the oldest first."""
    of_person = select(Hold).where(Hold.person_id == person_id, Hold.lifted_at.is_(None))
    return list(db.session.scalars(of_person.order_by(Hold.at, Hold.id)))


def lift(holds: uuid.UUID | Collection[uuid.UUID], *, reason: str, by: Principal) -> int:
    """Lifts the holds with these ids, or all of one person (a single id); answers how many were live.

    The database thaws the person's cases when the last hold goes. Persons are locked first, in the order of their ids.
    """
    chosen = Hold.person_id == holds if isinstance(holds, uuid.UUID) else Hold.id.in_(holds)
    persons = select(Hold.person_id).where(chosen, Hold.lifted_at.is_(None))
    db.session.execute(
        select(Person.id).where(Person.id.in_(persons)).order_by(Person.id).with_for_update(key_share=True)
    )
    lifted = {"lifted_at": scope.now(), "lifted_by": by.account_id, "lift_reason": reason}
    return db.session.execute(update(Hold).where(chosen, Hold.lifted_at.is_(None)).values(lifted)).rowcount


def lift_of(source_id: uuid.UUID, *, reason: str, by: Principal) -> int:
    """Lifts the hold that this return or referral put on the person; 0 when it was lifted before."""
    found = db.session.scalars(select(Hold.id).where(Hold.source_id == source_id)).all()
    return lift(found, reason=reason, by=by)


def resume(hold_id: uuid.UUID, *, reason: str, by: Principal) -> Hold:
    """One hold, chosen by the desk on a person's page. NoResultFound when it is gone or lifted."""
    hold = db.session.get_one(Hold, hold_id)
    if hold.kind == "protection":
        raise SecondPersonNeeded
    if not lift([hold_id], reason=reason, by=by):
        raise NoResultFound
    return hold
