"""Welfare's side of a referral: receive, accept or decline, accompany, close. No partner reads any of it."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from portal.access import scope
from portal.access.principal import Principal
from portal.db import db
from portal.models.casefiles import Casefile
from portal.models.organisations import Account, Organisation
from portal.models.placements import Placement
from portal.models.receivables import Debtor
from portal.models.referrals import Assessment, Care, Referral
from portal.rules import hardship, urgency
from portal.rules.lifecycles import NotNow, guard, next_state


def receive(referral_id: uuid.UUID, *, by: Principal) -> Care:
    """受け付ける: the clocks are written down as they ran from sending. NoResultFound; NotNow: received already."""
    referral = db.session.get_one(Referral, referral_id, with_for_update=True)
    if care := db.session.get(Care, referral_id):
        raise NotNow("referral", care.state, "receive")
    acknowledge_by, answer_by = urgency.due(referral.urgency, referral.at)
    referral.received_at = scope.now()
    care = Care(
        referral_id=referral_id, state="received", received_at=scope.now(), received_by=by.account_id,
        acknowledge_by=acknowledge_by, answer_by=answer_by,
    )  # fmt: skip
    db.session.add(care)
    db.session.flush()
    return care


def accept(referral_id: uuid.UUID, *, by: Principal) -> Care:
    """受任する. The partner reads 対応中 and nothing else."""
    care = _decide(referral_id, "accept", by)
    referral = db.session.get_one(Referral, referral_id)
    referral.outcome = referral.outcome or "working"
    return care


def decline(referral_id: uuid.UUID, *, reason: str, by: Principal) -> Care:
    """受任できない, with the reason the desk needs to decide. The partner reads nothing of it."""
    care = _decide(referral_id, "decline", by)
    care.decline_reason = reason
    return care


def note(referral_id: uuid.UUID, *, kind: str, body: str, stage: str | None = None, by: Principal) -> Assessment:
    """A step of the support (支援の経過): a contact, an assessment, or a stage of hardship.STAGES.

    Welfare's own contact is never stopped by a hold. ValueError: no such stage; NotNow: not received, or over.
    """
    care = _of(referral_id)
    if kind == "stage":
        care.state = next_state("referral", care.state, "record_stage")
        care.stage = _one_of(hardship.STAGES, stage)
        body = f"{hardship.OUTCOMES[care.stage]}　{body}".strip()
    elif care.state not in ("received", "accepted"):
        raise NotNow("referral", care.state, "record_stage")
    return _write(referral_id, kind, body, by)


def close(referral_id: uuid.UUID, *, outcome: str, body: str, by: Principal) -> Care:
    """The support ends with an outcome of hardship.WELFARES (else ValueError); now the desk decides about the collection."""
    care = _of(referral_id)
    if guard("referral", care.state, "close") != "outcome_given":
        raise NotNow("referral", care.state, "close")
    care.state = next_state("referral", care.state, "close")
    care.outcome = _one_of(hardship.WELFARES, outcome)
    care.closed_at = scope.now()
    _write(referral_id, "outcome", f"{hardship.OUTCOMES[outcome]}　{body}".strip(), by)
    return care


def _decide(referral_id: uuid.UUID, action: str, by: Principal) -> Care:
    care = _of(referral_id)
    care.state = next_state("referral", care.state, action)
    care.decided_at, care.decided_by = scope.now(), by.account_id
    return care


def _of(referral_id: uuid.UUID) -> Care:
    return db.session.get_one(Care, referral_id, with_for_update=True)


def _one_of(codes: tuple[str, ...], code: str | None) -> str:
    return codes[codes.index(code or "")]


def _write(referral_id: uuid.UUID, kind: str, body: str, by: Principal) -> Assessment:
    written = Assessment(referral_id=referral_id, by_id=by.account_id, at=scope.now(), kind=kind, body=body)
    db.session.add(written)
    db.session.flush()
    return written


def people(referrals: Collection[Referral]) -> dict[uuid.UUID, Any]:
    """{case: number, partner, person_id and the city's own name and address of the person} in one query.

    The person is the city's debtor, not the partner's copy: a recalled case has no copy any more. Of several debtor
    numbers the first that is not protected is shown; a protected person has neither name nor address.
    """
    rows = (
        select(
            Casefile.id, Casefile.number, Organisation.name.label("partner"), Placement.person_id, Debtor.name,
            Debtor.kana, Debtor.birth, Debtor.sex, Debtor.postcode, Debtor.address, Debtor.building, Debtor.phone1,
            Debtor.phone2, Debtor.protected,
        )
        .join(Placement, Placement.case_id == Casefile.id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .join(Debtor, Debtor.person_id == Placement.person_id)
        .where(Casefile.id.in_({r.case_id for r in referrals}))
        .order_by(Casefile.id, Debtor.protected.desc(), Debtor.id.desc())
    )  # fmt: skip
    return {row.id: row for row in db.session.execute(rows)}


def course(referral_id: uuid.UUID) -> Sequence[Any]:
    """What was done so far, newest first: rows of (Assessment, name of who wrote it)."""
    rows = select(Assessment, Account.name).join(Account, Account.id == Assessment.by_id)
    newest = rows.where(Assessment.referral_id == referral_id).order_by(Assessment.at.desc(), Assessment.id.desc())
    return db.session.execute(newest).all()
