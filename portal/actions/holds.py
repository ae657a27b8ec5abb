"""Collection contact with a person is stopped by triggers; only the desk lets it run again (回収再開)."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import NoResultFound

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import locks
from portal.db import db
from portal.i18n import N_
from portal.models.persons import Mark
from portal.models.placements import Hold, Placement
from portal.models.receivables import Person
from portal.models.referrals import Referral
from portal.models.returns import Return

BLOCKED = {
    "protection": N_("支援措置による停止は、二人確認で支援措置とともに解きます。"),
    "return": N_("返却への回答を先にしてください。"),
    "mark": N_("注意事項を外すと、この停止も終わります。"),
    "referral": N_("福祉のつなぎへの判断を先にしてください。"),
}


class Blocked(Exception):
    """This hold ends with something else first; `label` says what."""

    def __init__(self, kind: str):
        super().__init__(kind)
        self.label = BLOCKED[kind]


def lock_as_city(case_id: uuid.UUID) -> uuid.UUID:
    """Persons before cases: locks and answers the person of a case at whatever partner. NoResultFound."""
    person = db.session.execute(select(Placement.person_id).where(Placement.case_id == case_id)).scalar_one()
    locks.persons([person])
    return person


def live(person_id: uuid.UUID) -> Sequence[Hold]:
    """What stops contact with this person now, the oldest first."""
    of_person = select(Hold).where(Hold.person_id == person_id, Hold.lifted_at.is_(None))
    return db.session.scalars(of_person.order_by(Hold.at, Hold.id)).all()


def lift(holds: uuid.UUID | Collection[uuid.UUID], *, reason: str, by: Principal) -> int:
    """Lifts the holds with these ids, or all of one person (a single id); answers how many were live.

    The database thaws the person's cases when the last hold goes.
    """
    chosen = Hold.person_id == holds if isinstance(holds, uuid.UUID) else Hold.id.in_(holds)
    live = Hold.lifted_at.is_(None)
    locks.persons_where(Person.id.in_(select(Hold.person_id).where(chosen, live)))
    lifted = {"lifted_at": scope.now(), "lifted_by": by.account_id, "lift_reason": reason}
    return len(db.session.execute(update(Hold).where(chosen, live).values(lifted).returning(Hold.id)).all())


def lift_of(source_id: uuid.UUID, *, reason: str, by: Principal) -> int:
    """Lifts the hold that this return or referral put on the person; 0 when it was lifted before."""
    return lift(list(db.session.scalars(select(Hold.id).where(Hold.source_id == source_id))), reason=reason, by=by)


def resume(hold_id: uuid.UUID, *, reason: str, by: Principal) -> Hold:
    """The desk lifts one hold by itself. Blocked while its cause still waits; NoResultFound when it is lifted."""
    hold = db.session.get_one(Hold, hold_id)
    if kind := blocked([hold]).get(hold.id):
        raise Blocked(kind)
    if not lift([hold_id], reason=reason, by=by):
        raise NoResultFound
    return hold


def blocked(holds: Collection[Hold]) -> dict[uuid.UUID, str]:
    """{hold: key of BLOCKED} of those that cannot be lifted by themselves."""
    sources = [h.source_id for h in holds]
    returns = select(Return.id).where(Return.id.in_(sources), Return.state == "sent")
    referrals = select(Referral.id).where(
        Referral.id.in_(sources),
        Referral.outcome.is_distinct_from("resumed"),
        Referral.outcome.is_distinct_from("withdrawn"),
    )
    marks = select(Mark.id).where(Mark.id.in_(sources), Mark.ended_at.is_(None))
    waiting = set(db.session.scalars(returns.union_all(referrals, marks)))
    return {h.id: h.kind for h in holds if h.kind == "protection" or h.source_id in waiting}
