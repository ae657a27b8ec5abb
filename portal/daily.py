"""What the city does by itself once a day. A job done twice, late, or by two at once leaves the same behind."""

from collections.abc import Callable
from typing import Any

import flask
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal import clock
from portal.access import scope
from portal.actions import conflicts, engagements, match_proposing, recall_notices, stop_lists
from portal.db import db
from portal.models.intakes import Daily

# action → what performs it: f(by=principal, day=today in Japan), in one transaction with its row in access.daily
DAILY: dict[str, Callable[..., Any]] = {
    "match:propose": match_proposing.propose,
    "recall:finalise": recall_notices.finalise_due,
    "engagement:close": engagements.close,
    "conflict:close": conflicts.close_old,
    "stoplist:write": lambda by, day: stop_lists.write(
        folder=flask.current_app.config["STOP_LIST_DIR"], by=by, day=day
    ),
}


def perform(action: str) -> bool:
    """Does today's, unless it is done; answers whether it did. KeyError when there is no such job."""
    job, day = DAILY[action], clock.day_of(scope.clock())
    scope.leave()
    scope.enter(scope.system(action))
    try:
        by = scope.principal()
        mine = insert(Daily).values(name=action, day=day, by_id=by.account_id, done_at=scope.now())
        if not db.session.execute(mine.on_conflict_do_nothing().returning(Daily.name)).all():
            return False
        job(by=by, day=day)
        db.session.commit()
        return True
    finally:
        scope.leave()


def due() -> list[str]:
    """What is not done yet today."""
    scope.leave()
    scope.enter(scope.nightly("jobs:sweep"))
    try:
        done = set(db.session.scalars(select(Daily.name).where(Daily.day == clock.day_of(scope.clock()))))
        return [action for action in DAILY if action not in done]
    finally:
        scope.leave()
