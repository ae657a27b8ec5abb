"""A partner gives a case back (市へ返却する); the desk receives it or asks the partner to go on."""

import uuid

from sqlalchemy import select

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import holds
from portal.db import db
from portal.models.casefiles import Casefile
from portal.models.returns import Return
from portal.rules.lifecycles import next_state
from portal.rules.returns import RETURN_REASONS


class AlreadySent(Exception):
    """The city has not answered this case's last return yet."""


def send(case_id: uuid.UUID, *, reason: str, note: str | None = None, by: Principal) -> Return:
    """Gives an open case back for a reason of RETURN_REASONS; the database puts a hold on the person.

    KeyError for an unknown reason, NoResultFound, NotNow (the case is not open), AlreadySent. 弁護士法72条.
    """
    RETURN_REASONS[reason]
    holds.lock(case_id)
    next_state("casefile", db.session.get_one(Casefile, case_id).state, "return")
    if waiting(case_id):
        raise AlreadySent
    sent = Return(org_id=by.org_id, case_id=case_id, by_id=by.account_id, at=scope.now(), reason=reason, note=note)
    db.session.add(sent)
    db.session.flush()
    return sent


def waiting(case_id: uuid.UUID) -> Return | None:
    """The return of this case that the desk has not answered."""
    return db.session.scalar(select(Return).where(Return.case_id == case_id, Return.state == "sent"))
