"""A law team judges a file; the desk accepts or sends back. Every decision is a new row, so the history stands."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import holds, recalls
from portal.db import db
from portal.models.casefiles import Casefile
from portal.models.reviews import Review
from portal.rules.lifecycles import NotNow, next_state
from portal.rules.reviews import DECISIONS, HANDS_BACK


def decide(case_id: uuid.UUID, *, decision: str, reasons: str, by: Principal) -> Review:
    """A decision of DECISIONS with its reasons. After an accepted one the next review begins anew.

    KeyError: unknown decision; NoResultFound; NotNow: the file is not open, or the city has not answered the last one.
    """
    DECISIONS[decision]
    case = db.session.get_one(Casefile, case_id, with_for_update={"key_share": True})
    if case.state != "open":
        raise NotNow("casefile", case.state, "decide")
    last = next(iter(history(case_id)), None)
    next_state("review", last.state if last and last.state != "accepted" else "open", "decide")
    made = Review(
        org_id=by.org_id, case_id=case_id, by_id=by.account_id, at=scope.now(), decision=decision, reasons=reasons
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def history(case_id: uuid.UUID) -> Sequence[Review]:
    """Newest first."""
    rows = select(Review).where(Review.case_id == case_id).order_by(Review.at.desc(), Review.id.desc())
    return db.session.scalars(rows).all()


def accept(review_id: uuid.UUID, *, answer: str, by: Principal) -> Review:
    """了承. What hands the file back (return, stop_collection) also makes it change hands."""
    found = _answer(review_id, "accept", answer, by)
    if found.decision in HANDS_BACK:
        recalls.recall(found.case_id, outcome="returned", reason=answer, by=by)
    return found


def send_back(review_id: uuid.UUID, *, answer: str, by: Principal) -> Review:
    """差戻し: `answer` is what the law team reads."""
    return _answer(review_id, "send_back", answer, by)


def _answer(review_id: uuid.UUID, action: str, answer: str, by: Principal) -> Review:
    """NoResultFound; NotNow when somebody answered before."""
    holds.lock_as_city(db.session.get_one(Review, review_id).case_id)
    found = db.session.get_one(Review, review_id, populate_existing=True)
    found.state = next_state("review", found.state, action)
    found.answered_at, found.answered_by, found.answer = scope.now(), by.account_id, answer
    db.session.flush()
    return found
