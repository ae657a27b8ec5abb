"""Letters: that one was sent, and that it came back (返戻)."""

import uuid
from datetime import date, datetime

from sqlalchemy import select, update

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import contacts, histories
from portal.clock import combine, day_of
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Contactee
from portal.rules.contact import judge
from portal.rules.letters import RETURNED, kinds_for
from portal.rules.lifecycles import NotNow

DATE = N_("引渡しの日から今日までの日付を入力してください。")
RETURNED_BEFORE = N_("発送の日から今日までの日付を入力してください。")


class Mistaken(Exception):
    """`fields`: {field: sentence}."""

    def __init__(self, fields: dict[str, str]):
        super().__init__(fields)
        self.fields = fields


class AlreadyBack(Exception):
    label = N_("この郵便の返戻は、すでに記録されています。")


def log(case_id: uuid.UUID, *, kind: str, sent_on: date, address: str, note: str | None, by: Principal) -> Attempt:
    """A letter that left (`kind` of letters.kinds_for), judged as of its day; during a hold the database marks it 基準外.

    Mistaken, NotNow (the case is not open), NoResultFound, KeyError for a letter this kind of partner may not send.
    """
    known, now = contacts.facts(case_id), scope.now()
    file = db.session.get_one(Casefile, case_id, populate_existing=True)
    if file.state != "open":
        raise NotNow("casefile", file.state, "letter")
    if not file.placed_on <= sent_on <= day_of(now):
        raise Mistaken({"sent_on": DATE})
    if kind not in kinds_for(by.org_kind):
        raise KeyError(kind)
    at = _at(sent_on, now)
    earlier = [a for a in histories.attempts(histories.history(case_id)) if a.at < at]
    asked = contacts.question(file, earlier, known, at=at, channel="letter", line_is_mine=True)
    verdict = judge(asked)
    sent = Attempt(
        id=uuid7(), org_id=by.org_id, case_id=case_id, by_id=by.account_id, at=at, channel="letter", letter_kind=kind,
        address=address, note=note, verdict=contacts.stored(verdict), reasons=list(verdict.reasons),
    )  # fmt: skip
    db.session.add(sent)
    contacts.keep(sent, asked, verdict, by=by)
    db.session.flush()
    contact = {"last_at": max(at, file.last_at or at), "version": Casefile.version + 1}
    db.session.execute(update(Casefile).where(Casefile.id == case_id).values(contact))
    return sent


def find(letter_id: uuid.UUID) -> Attempt:
    """NoResultFound: not there, not one's own organisation's, or no letter."""
    return db.session.scalars(select(Attempt).where(Attempt.id == letter_id, Attempt.channel == "letter")).one()


def returned(letter_id: uuid.UUID, *, on: date, reason: str, by: Principal) -> Attempt:
    """A letter came back: day and reason of letters.RETURNED, once. Mistaken, AlreadyBack, NoResultFound, KeyError."""
    RETURNED[reason]
    letter = find(letter_id)
    if letter.returned_on:
        raise AlreadyBack
    if not day_of(letter.at) <= on <= day_of(scope.now()):
        raise Mistaken({"returned_on": RETURNED_BEFORE})
    letter.returned_on, letter.returned_reason = on, reason
    db.session.flush()
    return letter


def address_of(person: Contactee) -> str:
    """〒 and address as they stand on an envelope."""
    code = f"〒{person.postcode[:3]}-{person.postcode[3:]} " if person.postcode else ""
    return f"{code}{person.address or ''} {person.building or ''}".strip()


def _at(sent_on: date, now: datetime) -> datetime:
    """Nobody writes down the hour a letter left: noon of its day, or now when it was today."""
    return now if sent_on == day_of(now) else combine(sent_on, "12:00")
