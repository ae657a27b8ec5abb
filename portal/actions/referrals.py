"""A partner hands a person in hardship to welfare; the desk decides what becomes of the collection."""

import uuid
from dataclasses import asdict
from datetime import date

from sqlalchemy import select

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import contacts, holds, recalls
from portal.clock import day_of
from portal.db import db
from portal.i18n import N_
from portal.models.casefiles import Casefile
from portal.models.organisations import Setting
from portal.models.placements import Placement
from portal.models.referrals import Care, Referral
from portal.rules import hardship, urgency
from portal.rules.lifecycles import NotNow

ENDED = ("resumed", "withdrawn")


class Faulty(Exception):
    """The sheet cannot go; `codes` of hardship.FAULTS."""

    def __init__(self, codes: tuple[str, ...]):
        super().__init__(*codes)
        self.codes = codes


class AlreadySent(Exception):
    """A sheet at least as urgent is on its way for this case."""

    label = N_("すでに福祉へつないでいます。市の回答をお待ちください。緊急度が上がったときは、もう一度送れます。")


def send(
    case_id: uuid.UUID,
    *,
    sheet: hardship.Sheet,
    noticed_by: str,
    safe_times: str | None = None,
    safe_phone: str | None = None,
    voicemail_ok: bool = False,
    by: Principal,
) -> Referral:
    """Sends the sheet (福祉へのつなぎシート); in the same transaction all collection contact with the person stops.

    Faulty, NoResultFound, NotNow (the case is not open), AlreadySent. 生活困窮者自立支援法2条・8条.
    """
    if wrong := hardship.faults(sheet):
        raise Faulty(wrong)
    contacts.facts(case_id)  # the person is locked before the new row holds the case
    state = db.session.get_one(Casefile, case_id).state
    if state != "open":
        raise NotNow("casefile", state, "refer")
    if on_its_way(case_id, sheet.urgency):
        raise AlreadySent
    sent = Referral(
        org_id=by.org_id, case_id=case_id, by_id=by.account_id, at=scope.now(), noticed_by=noticed_by,
        safe_times=safe_times, safe_phone=safe_phone, voicemail_ok=voicemail_ok,
        **{**asdict(sheet), "boxes": list(sheet.boxes), "consent_scope": sheet.consent_scope or None},
    )  # fmt: skip
    db.session.add(sent)
    db.session.flush()
    return sent


def on_its_way(case_id: uuid.UUID, least: str = "medium") -> Referral | None:
    """A sheet of this case that has no outcome yet and is at least this urgent. A more urgent one may always follow."""
    levels = list(urgency.LEVELS)
    as_urgent = Referral.urgency.in_(levels[: levels.index(least) + 1])
    open_ = Referral.outcome.is_(None) | Referral.outcome.not_in(ENDED)
    return db.session.scalar(select(Referral).where(Referral.case_id == case_id, as_urgent, open_).limit(1))


def resume(referral_id: uuid.UUID, *, reason: str, by: Principal) -> Referral:
    """回収再開: the referral's hold is lifted; contact runs again unless something else still stops it."""
    found = _decide(referral_id, "resumed")
    holds.lift_of(found.id, reason=reason, by=by)
    return found


def withdraw(referral_id: uuid.UUID, *, reason: str, by: Principal) -> Referral:
    """引揚げ: the case comes back to the city, unless it already has. The person stays held."""
    found = _decide(referral_id, "withdrawn")
    if db.session.execute(select(Placement.ended_at).where(Placement.case_id == found.case_id)).scalar_one() is None:
        recalls.recall(found.case_id, outcome="recalled", reason=reason, by=by)
    return found


def _decide(referral_id: uuid.UUID, outcome: str) -> Referral:
    """The desk decides once, and only after welfare has closed or declined. NoResultFound, NotNow."""
    holds.lock_as_city(db.session.get_one(Referral, referral_id).case_id)
    found = db.session.get_one(Referral, referral_id, populate_existing=True)
    care = db.session.get(Care, referral_id)
    state = care.state if care else "sent"
    if state not in ("declined", "closed") or found.outcome in ENDED:
        raise NotNow("referral", state, outcome)
    found.outcome = outcome
    db.session.flush()
    return found


def duty_line() -> str | None:
    """The number of the city's duty line (当直) for emergencies, a dated setting; None until the city enters it."""
    today: date = day_of(scope.now())
    rows = select(Setting.value).where(Setting.name == "welfare_duty_line", Setting.valid_from <= today)
    return db.session.scalar(rows.order_by(Setting.valid_from.desc()).limit(1))
