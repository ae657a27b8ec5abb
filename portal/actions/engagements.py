"""A contract that is over: whatever its partner still holds comes back by itself, whether anybody looks or not."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, null, or_, select, update

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import locks, recalls
from portal.db import db
from portal.models.casefiles import Casefile
from portal.models.organisations import Engagement, Organisation
from portal.models.placements import Placement
from portal.models.plans import Conflict
from portal.models.receivables import Person

REASON = "委託契約の終了"
SOON = 30  # days
LIVE = Placement.ended_at.is_(None)


def close(*, by: Principal, day: date) -> int:
    """Daily: every live file of a contract, or of a partner, that ended before `day` is recalled; answers how many.

    Names a law team was asked about go too. Late or twice leaves the same behind.
    """
    over = select(Engagement.id).join(Organisation, Organisation.id == Engagement.org_id)
    over = over.where(or_(Engagement.ends < day, Organisation.active_until < day))
    left = Placement.engagement_id.in_(over), LIVE
    locks.persons_where(Person.id.in_(select(Placement.person_id).where(*left)))
    cases = db.session.scalars(select(Placement.case_id).where(*left)).all()
    if cases:
        recalls.change_hands(cases, outcome="recalled", reason=REASON, by=by)
    nameless = dict.fromkeys(("name", "kana", "birth"), null())
    asked = update(Conflict).where(Conflict.engagement_id.in_(over), Conflict.closed_at.is_(None))
    db.session.execute(asked.values(**nameless, closed_at=scope.now()))
    return len(cases)


def ending(day: date) -> Sequence[Row[Any]]:
    """(contract, partner, files, yen) of those that end within SOON days, and of those over with files still out."""
    held = (
        select(Placement.engagement_id, func.count().label("files"), func.sum(Casefile.balance).label("yen"))
        .join(Casefile, Casefile.id == Placement.case_id)
        .where(LIVE)
        .group_by(Placement.engagement_id)
        .subquery()
    )
    soon = Engagement.ends.between(day, day + timedelta(days=SOON))
    found = (
        select(Engagement, Organisation.name.label("partner"), func.coalesce(held.c.files, 0).label("files"),
               func.coalesce(held.c.yen, 0).label("yen"))
        .join(Organisation, Organisation.id == Engagement.org_id)
        .outerjoin(held, held.c.engagement_id == Engagement.id)
        .where(or_(soon, and_(Engagement.ends < day, held.c.files > 0)))
    )  # fmt: skip
    return db.session.execute(found.order_by(Engagement.ends, Organisation.name, Engagement.id)).all()
