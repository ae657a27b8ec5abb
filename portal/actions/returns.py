"""A partner gives a case back (市へ返却する); the desk receives it or asks the partner to go on."""

import uuid

from sqlalchemy import select

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import contacts, holds, recalls
from portal.db import db
from portal.i18n import N_
from portal.models.casefiles import Casefile
from portal.models.returns import Return
from portal.rules.lifecycles import next_state
from portal.rules.returns import RETURN_REASONS


class AlreadySent(Exception):
    """The city has not answered this case's last return yet."""

    label = N_("すでに市へ返却しています。市の回答をお待ちください。")


def send(case_id: uuid.UUID, *, reason: str, note: str | None = None, by: Principal) -> Return:
    """Gives an open case back for a reason of RETURN_REASONS; the database puts a hold on the person.

    KeyError for an unknown reason, NoResultFound, NotNow (the case is not open), AlreadySent. 弁護士法72条.
    """
    RETURN_REASONS[reason]
    contacts.facts(case_id)  # the person is locked before the new row holds the case
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


def accept(return_id: uuid.UUID, *, answer: str, lift: bool = False, by: Principal) -> Return:
    """The desk takes the case back: it changes hands. `lift`: the hold that the return put on the person goes too."""
    found = _answer(return_id, "accept", answer, by)
    if lift:
        holds.lift_of(found.id, reason=answer, by=by)
    recalls.recall(found.case_id, outcome="returned", reason=answer, by=by)
    return found


def ask_back(return_id: uuid.UUID, *, answer: str, by: Principal) -> Return:
    """The desk asks the partner to go on: this return's hold is lifted, `answer` is what the partner reads."""
    found = _answer(return_id, "ask_back", answer, by)
    holds.lift_of(found.id, reason=answer, by=by)
    return found


def _answer(return_id: uuid.UUID, action: str, answer: str, by: Principal) -> Return:
    """NoResultFound; NotNow when somebody answered before."""
    holds.lock_as_city(db.session.get_one(Return, return_id).case_id)
    found = db.session.get_one(Return, return_id, populate_existing=True)
    found.state = next_state("return", found.state, action)
    found.answered_at, found.answered_by, found.answer = scope.now(), by.account_id, answer
    db.session.flush()
    return found
