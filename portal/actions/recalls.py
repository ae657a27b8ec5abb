"""Recall is a change of hands (引揚げ): the file and its record of contact go to the city, the partner keeps a tombstone."""

import uuid
from collections.abc import Collection

from sqlalchemy import delete, insert, literal, select, update

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import locks
from portal.actions.arrays import among
from portal.db import db
from portal.i18n import N_
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Contactee, Tombstone
from portal.models.placements import Placement, PlacementLine
from portal.models.plans import Acceptance, RecallNotice
from portal.models.returns import Return
from portal.models.reviews import Review
from portal.rules import lifecycles

STEPS = {"recalled": "recall", "returned": "return", "closed": "close"}


class StillOwed(Exception):
    """An open file closes only when nothing is owed any more."""

    label = N_("残高があるため、完了にはできません。")


def recall(case_id: uuid.UUID, *, outcome: str = "recalled", reason: str, by: Principal) -> Casefile:
    """One live file comes back to `by`'s city; `outcome` (recalled, returned, closed) is all that the partner reads.

    `reason` stays in the city. NoResultFound: no such file; lifecycles.NotNow: it is back already; StillOwed.
    """
    person = db.session.execute(select(Placement.person_id).where(Placement.case_id == case_id)).scalar_one()
    locks.persons([person])
    case = db.session.get_one(Casefile, case_id, populate_existing=True)
    lifecycles.next_state("casefile", case.state, STEPS[outcome])
    if lifecycles.guard("casefile", case.state, STEPS[outcome]) == "nothing_owed" and case.balance:
        raise StillOwed
    change_hands([case_id], outcome=outcome, reason=reason, by=by)
    db.session.refresh(case)
    return case


def recall_all(person_id: uuid.UUID, *, reason: str, by: Principal) -> int:
    """Every live file of a person, at whatever partner. Answers how many."""
    locks.persons([person_id])
    live = select(Placement.case_id).where(Placement.person_id == person_id, Placement.ended_at.is_(None))
    cases = list(db.session.scalars(live))
    if cases:
        change_hands(cases, outcome="recalled", reason=reason, by=by)
    return len(cases)


def change_hands(cases: Collection[uuid.UUID], *, outcome: str, reason: str, by: Principal) -> None:
    """The persons are locked. What still waits on the file ends with it.

    A line that is up is closed, or it would bar its agent's next call for ever; a return has its answer, being what the
    partner wished for; a review has nothing left to decide, nor has a question; a recall that was announced is final.
    """
    now = scope.now()
    run, these = db.session.execute, among(cases)
    # partners lock files in this order too, when they confirm the receipt of many
    run(select(Casefile.id).where(Casefile.id == these).order_by(Casefile.id).with_for_update())
    left = select(Casefile.id, Casefile.org_id, Casefile.number, literal(now), literal(outcome)).where(
        Casefile.id == these
    )
    run(insert(Tombstone).from_select(["case_id", "org_id", "number", "ended_at", "outcome"], left))
    run(delete(Contactee).where(Contactee.case_id == these))
    run(update(Attempt).where(Attempt.case_id == these, Attempt.state == "open").values(state="done"))
    answered = {"answered_at": now, "answered_by": by.account_id, "answer": reason}
    run(update(Return).where(Return.case_id == these, Return.state == "sent").values(state="accepted", **answered))
    run(update(Review).where(Review.case_id == these, Review.state == "decided").values(state="sent_back", **answered))
    asked = Acceptance.decision != "accepted", Acceptance.answered_at.is_(None)
    run(update(Acceptance).where(Acceptance.case_id == these, *asked).values(**answered))
    announced = RecallNotice.case_id == these, RecallNotice.state == "announced"
    run(update(RecallNotice).where(*announced).values(state="final", **answered))
    run(
        update(Casefile)
        .where(Casefile.id == these)
        .values(org_id=by.org_id, state=outcome, leased_by=None, leased_until=None, version=Casefile.version + 1)
    )
    ended = Placement.ended_at.is_(None)
    run(update(Placement).where(Placement.case_id == these, ended).values(ended_at=now, end_reason=reason))
    live = PlacementLine.ended_at.is_(None)
    run(update(PlacementLine).where(PlacementLine.case_id == these, live).values(ended_at=now))
