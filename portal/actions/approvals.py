"""What waits for a second person's word (二人確認), and what was said of one person."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Row, exists, not_, select
from sqlalchemy.orm import aliased

from portal.db import db
from portal.models.intakes import Intake
from portal.models.organisations import Account
from portal.models.placements import Approval

ASKER, DECIDER = aliased(Account), aliased(Account)


def waiting() -> Sequence[Row[Approval, str]]:
    """(request, who asked), the oldest first. `noun_id` is the person, or the load, whose page shows and answers it.

    Of a load that was cancelled meanwhile nothing is asked any more.
    """
    over = exists().where(Intake.id == Approval.noun_id, Intake.state != "stopped")
    asked = select(Approval, Account.name).join(Account, Account.id == Approval.asked_by)
    asked = asked.where(Approval.decision.is_(None), not_(over))
    return db.session.execute(asked.order_by(Approval.asked_at, Approval.id)).all()


def of_person(person_id: uuid.UUID) -> Sequence[Row[Approval, str, str]]:
    """(request, who asked, who decided or None), the newest first."""
    asked = (
        select(Approval, ASKER.name, DECIDER.name)
        .join(ASKER, ASKER.id == Approval.asked_by)
        .outerjoin(DECIDER, DECIDER.id == Approval.decided_by)
        .where(Approval.noun_id == person_id)
    )
    return db.session.execute(asked.order_by(Approval.asked_at.desc(), Approval.id.desc())).all()
