"""A file in which protected persons have the mark (支援措置) no more: the load stops, and two people decide.

Who asked for the load asks; another one approves, having seen the numbers concerned, and the load goes on and takes
these marks off; or refuses, and the load is cancelled. The database asks for the second person's word too.
"""

import uuid
from collections.abc import Callable, Sequence

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import holds, intakes, protections
from portal.actions.arrays import among
from portal.adapters.storage import Uploads
from portal.db import db, uuid7
from portal.models.intakes import Intake, Movement
from portal.models.placements import Approval, Hold
from portal.models.receivables import Debtor, Receivable
from portal.rules.lifecycles import NotNow
from portal.rules.movements import UNPROTECTED

ACTION = "intake:unprotect"
REASON = "台帳に支援措置の印がなくなったため"


class Lost(Exception):
    """These persons have the mark in the ledger and not in the file."""

    def __init__(self, persons: Sequence[uuid.UUID]) -> None:
        super().__init__(len(persons))
        self.persons = persons


def approved(intake: Intake) -> Callable[[list[uuid.UUID]], bool]:
    """Whether all of them were approved for this load, and the approval is not used up."""

    def asked(persons: list[uuid.UUID]) -> bool:
        answered = select(func.count(Movement.person_id.distinct())).where(
            Movement.intake_id == intake.id, Movement.code == UNPROTECTED, Movement.decision == "seen",
            Movement.person_id == among(persons),
        )  # fmt: skip
        return db.session.scalar(answered) == len(persons) and bool(standing(intake.id, "approved"))

    return asked


def stop(intake: Intake, persons: Sequence[uuid.UUID], *, by: Principal) -> None:
    """The load waits for a second person; nothing of it is in the ledger. Who was asked about before stays so."""
    known = select(Movement.person_id).where(Movement.intake_id == intake.id, Movement.code == UNPROTECTED)
    first = (
        select(Debtor.person_id, Receivable.id.label("receivable_id"))
        .join(Receivable, Receivable.debtor_id == Debtor.id)
        .where(Debtor.person_id == among(persons), Debtor.person_id.not_in(known))
        .ext(distinct_on(Debtor.person_id))
        .order_by(Debtor.person_id, Receivable.id)
    )
    said = {"intake_id": intake.id, "code": UNPROTECTED, "effect": "none", "at": scope.now()}
    if rows := [{"id": uuid7(), **row._mapping, **said} for row in db.session.execute(first)]:
        db.session.execute(insert(Movement), rows)
    db.session.add(
        Approval(action=ACTION, noun_id=intake.id, reason=REASON, asked_by=by.account_id, asked_at=scope.now())
    )
    intakes.move(intake, "stop")


def decide(intake_id: uuid.UUID, *, answer: str, uploads: Uploads, by: Principal) -> None:
    """The second of two; `answer`: approve (the load goes on) or refuse (it is cancelled). OwnRequest, NotNow, Gone."""
    intake = db.session.get_one(Intake, intake_id)
    asked = standing(intake_id)
    if asked is None or intake.state != "stopped":
        raise NotNow("intake", intake.state, "go_on")
    protections.decide(asked.id, answer=answer, by=by)
    answered = {
        "decision": "seen" if answer == "approve" else "kept",
        "decided_by": by.account_id,
        "decided_at": scope.now(),
    }
    waiting = update(Movement).where(
        Movement.intake_id == intake_id, Movement.code == UNPROTECTED, Movement.decision.is_(None)
    )
    db.session.execute(waiting.values(answered))
    if answer == "approve":
        intakes.go_on(intake_id, uploads=uploads, by=by)
    else:
        intakes.cancel(intake_id, uploads=uploads, by=by)


def lift(intake: Intake, persons: Sequence[uuid.UUID], *, by: Principal) -> None:
    """The hold that came with the protection ends with it. The marks are off already, on the second person's word."""
    ours = select(Hold.id).where(Hold.person_id == among(persons), Hold.kind == "protection", Hold.lifted_at.is_(None))
    if persons:
        holds.lift(list(db.session.scalars(ours)), reason=REASON, by=by)


def standing(intake_id: uuid.UUID, decision: str | None = None) -> Approval | None:
    """The question about this load that waits (None), or the approval that is not used up ("approved")."""
    here = select(Approval).where(Approval.action == ACTION, Approval.noun_id == intake_id, Approval.used_at.is_(None))
    return db.session.scalar(
        here.where(Approval.decision.is_not_distinct_from(decision)).order_by(Approval.id.desc()).limit(1)
    )


def concerned(intake_id: uuid.UUID) -> Sequence[Row[uuid.UUID, str, str]]:
    """(person, source, number) of whom the file has without the mark."""
    found = (
        select(Debtor.person_id, Debtor.source, Debtor.number)
        .join(Movement, Movement.person_id == Debtor.person_id)
        .where(Movement.intake_id == intake_id, Movement.code == UNPROTECTED, Debtor.protected)
    )
    return db.session.execute(found.order_by(Debtor.source, Debtor.number)).all()
