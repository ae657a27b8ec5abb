"""支援措置の解除: the mark comes off only on a second person's word, which the database asks for too."""

import uuid

from sqlalchemy import exists, select, update

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import holds, locks
from portal.db import db
from portal.i18n import N_
from portal.models.placements import Approval, Hold
from portal.models.receivables import Debtor, Person
from portal.rules.lifecycles import NotNow, next_state

ACTION = "protection:lift"


class Refused(Exception):
    """`label` says why it does not go."""

    label = ""


class NotProtected(Refused):
    label = N_("支援措置の対象ではありません。")


class AskedAlready(Refused):
    label = N_("解除はすでに申し出られています。")


class OwnRequest(Refused):
    label = N_("ご自身の申出は、別の職員が承認します。")


class NotApproved(Refused):
    label = N_("支援措置の解除には、別の職員の承認が必要です。")


def ask(person_id: uuid.UUID, *, reason: str, by: Principal) -> Approval:
    """The first of two. NoResultFound, NotProtected, AskedAlready."""
    _lock(person_id)
    if standing(person_id):
        raise AskedAlready
    asked = Approval(action=ACTION, noun_id=person_id, reason=reason, asked_by=by.account_id, asked_at=scope.now())
    db.session.add(asked)
    db.session.flush()
    return asked


def standing(person_id: uuid.UUID) -> Approval | None:
    """A request that waits for its answer, or an approval not yet used."""
    live = Approval.decision.is_(None) | (Approval.decision == "approved") & Approval.used_at.is_(None)
    return db.session.scalar(select(Approval).where(Approval.noun_id == person_id, Approval.action == ACTION, live))


def decide(approval_id: uuid.UUID, *, answer: str, by: Principal) -> Approval:
    """The second of two; `answer`: approve or refuse. NoResultFound, KeyError, OwnRequest, NotNow (decided before)."""
    found = db.session.get_one(Approval, approval_id)
    decision = next_state("approval", found.decision or "asked", answer)
    if found.asked_by == by.account_id:
        raise OwnRequest
    values = {"decision": decision, "decided_by": by.account_id, "decided_at": scope.now()}
    first = update(Approval).where(Approval.id == approval_id, Approval.decision.is_(None)).values(values)
    if not db.session.execute(first.returning(Approval.id)).all():
        raise NotNow("approval", decision, answer)
    db.session.refresh(found)
    return found


def lift(person_id: uuid.UUID, *, by: Principal) -> None:
    """Uses the approval up and ends the hold that came with the protection. Name and address come with the next ledger.

    NoResultFound, NotProtected, NotApproved.
    """
    _lock(person_id)
    found = standing(person_id)
    if found is None or found.decision is None:
        raise NotApproved
    marked = update(Debtor).where(Debtor.person_id == person_id, Debtor.protected)
    db.session.execute(marked.values(protected=False))
    ours = select(Hold.id).where(Hold.person_id == person_id, Hold.kind == "protection", Hold.lifted_at.is_(None))
    holds.lift(list(db.session.scalars(ours)), reason=found.reason, by=by)


def _lock(person_id: uuid.UUID) -> None:
    db.session.get_one(Person, person_id)
    locks.persons([person_id])
    protected = exists().where(Debtor.person_id == person_id, Debtor.protected)
    if not db.session.scalar(select(protected)):
        raise NotProtected
