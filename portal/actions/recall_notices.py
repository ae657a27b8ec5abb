"""引揚げの予告: the city says that a file will come back, and when; the partner may object once, before the day.

Until that day the work goes on: a date the person named is kept, a callback is made. On the day what nobody objected to
comes back by itself; what was objected to waits for the desk.
"""

import uuid
from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import UUID, ColumnElement, Row, Select, exists, func, insert, literal, select

from portal import clock
from portal.access import scope
from portal.access.principal import Principal
from portal.actions import contacts, holds, locks, recalls, settings
from portal.actions.arrays import among, table
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.casefiles import Casefile, Claim, Contactee
from portal.models.organisations import Account, Organisation
from portal.models.placements import Placement
from portal.models.plans import RecallNotice
from portal.models.receivables import Person
from portal.rules.lifecycles import next_state

DAYS = 14  # CFG recall_notice_days
DUE = N_("引揚げの予告（期日到来）")
LIVE = Placement.ended_at.is_(None)
ANNOUNCED = RecallNotice.state == "announced"


class Refused(Exception):
    """`label` says why it does not go."""

    label = ""


class TooSoon(Refused):
    label = N_("引揚げ日は明日以降にしてください。すぐに引き揚げるときは「引き揚げる」をお使いください。")


class NothingLeft(Refused):
    label = N_("予告できる案件がありません。すでに予告しているか、市へ戻っています。")


class ObjectedAlready(Refused):
    label = N_("すでに異議を申し出ています。市の回答をお待ちください。")


class TooLate(Refused):
    label = N_("異議を申し出られる期間を過ぎています。")


@dataclass(frozen=True)
class Choice:
    """Live files not announced yet; None: any. `months` since the hand-over; `unpaid`: nothing was ever paid on them."""

    org_id: uuid.UUID | None = None
    months: int | None = None
    unpaid: bool = False

    def files(self, today: date) -> Select[tuple[Placement]]:
        found = _announceable(select(Placement).join(Casefile, Casefile.id == Placement.case_id))
        return found.where(*self._conditions(today))

    def _conditions(self, today: date) -> list[ColumnElement[bool]]:
        paid = exists().where(
            Claim.case_id == Casefile.id, Claim.withdrawn_on.is_(None), Claim.balance < Claim.assessed
        )
        found = [Placement.org_id == self.org_id] if self.org_id else []
        found += [Casefile.placed_on <= months_before(today, self.months)] if self.months else []
        return found + ([~paid] if self.unpaid else [])


def months_before(day: date, months: int) -> date:
    """The corresponding day; where there is none, the month's last (民法143条2項)."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(today: date) -> date:
    """When a notice of today ends, as the city has set it."""
    return today + timedelta(days=settings.number("recall_notice_days", today, DAYS))


def announce(cases: Collection[uuid.UUID], *, reason: str, final_on: date, by: Principal) -> int:
    """Of these files those that are live and not announced; answers how many. TooSoon, NothingLeft."""
    if final_on <= clock.day_of(scope.now()):
        raise TooSoon
    locks.persons_where(Person.id.in_(select(Placement.person_id).where(Placement.case_id == among(cases), LIVE)))
    files = _announceable(select(Casefile.id).join(Placement, Placement.case_id == Casefile.id))
    found = db.session.scalars(files.where(Casefile.id == among(cases)).order_by(Casefile.id)).all()
    if not found:
        raise NothingLeft
    notices = table("notice", [(uuid7(), case) for case in found], {"id": UUID(), "case_id": UUID()})
    values = {
        "id": notices.c.id,
        "case_id": notices.c.case_id,
        "org_id": Casefile.org_id,
        "by_id": literal(by.account_id, UUID()),
        "at": literal(scope.now()),
        "reason": literal(reason),
        "final_on": literal(final_on),
    }
    rows = select(*values.values()).join(Casefile, Casefile.id == notices.c.case_id)
    db.session.execute(insert(RecallNotice).from_select(list(values), rows))
    return len(found)


def _announceable(files: Select) -> Select:
    announced = exists().where(RecallNotice.case_id == Casefile.id, ANNOUNCED)
    return files.where(LIVE, Casefile.state == "open", ~announced)


def object_to(notice_id: uuid.UUID, *, words: str, by: Principal) -> RecallNotice:
    """異議を申し出る, once. NoResultFound, NotNow (withdrawn, or final), ObjectedAlready, TooLate."""
    contacts.facts(db.session.get_one(RecallNotice, notice_id).case_id)  # who recalls it holds the person's lock
    notice = db.session.get_one(RecallNotice, notice_id, populate_existing=True)
    next_state("recall_notice", notice.state, "object")
    if notice.objected_at:
        raise ObjectedAlready
    if notice.final_on <= clock.day_of(scope.now()):
        raise TooLate
    notice.objection, notice.objected_at, notice.objected_by = words, scope.now(), by.account_id
    db.session.flush()
    return notice


def withdraw(notice_id: uuid.UUID, *, answer: str, by: Principal) -> RecallNotice:
    """予告を取り消す: the file stays; `answer` is what the partner reads. NoResultFound, NotNow."""
    return _answer(notice_id, "withdraw", answer, by)


def finalise(notice_id: uuid.UUID, *, answer: str, by: Principal) -> RecallNotice:
    """引き揚げる, now, whatever was objected. NoResultFound, NotNow."""
    notice = _answer(notice_id, "finalise", answer, by)
    recalls.recall(notice.case_id, reason=answer, by=by)
    return notice


def _answer(notice_id: uuid.UUID, action: str, answer: str, by: Principal) -> RecallNotice:
    holds.lock_as_city(db.session.get_one(RecallNotice, notice_id).case_id)
    notice = db.session.get_one(RecallNotice, notice_id, populate_existing=True)
    notice.state = next_state("recall_notice", notice.state, action)
    notice.answer, notice.answered_at, notice.answered_by = answer, scope.now(), by.account_id
    db.session.flush()
    return notice


def finalise_due(*, by: Principal, day: date) -> int:
    """Daily: what was announced for `day` or before and not objected to comes back. Answers how many files."""
    due = select(RecallNotice.case_id).where(
        ANNOUNCED, RecallNotice.objected_at.is_(None), RecallNotice.final_on <= day
    )
    locks.persons_where(Person.id.in_(select(Placement.person_id).where(Placement.case_id.in_(due), LIVE)))
    cases = db.session.scalars(due.order_by(RecallNotice.case_id)).all()  # whoever objected meanwhile was waited for
    if cases:
        recalls.change_hands(cases, outcome="recalled", reason=DUE, by=by)
    return len(cases)


def said(notice_id: uuid.UUID) -> Row[RecallNotice, str]:
    """(notice, who objected or None). NoResultFound."""
    found = select(RecallNotice, Account.name).outerjoin(Account, Account.id == RecallNotice.objected_by)
    return db.session.execute(found.where(RecallNotice.id == notice_id)).one()


PARTS = {
    "announced": ANNOUNCED,
    "objected": RecallNotice.objected_at.is_not(None) & ANNOUNCED,
    "withdrawn": RecallNotice.state == "withdrawn",
}


def notices(part: str) -> Select[tuple[RecallNotice]]:
    """A key of PARTS, of all one may see."""
    return select(RecallNotice).where(PARTS[part])


def totals() -> dict[str, tuple[int, int]]:
    """{key of PARTS: (notices, yen)}."""
    sums = [
        figure
        for part in PARTS.values()
        for figure in (func.count().filter(part), func.coalesce(func.sum(Casefile.balance).filter(part), 0))
    ]
    found = select(*sums).select_from(RecallNotice).join(Casefile, Casefile.id == RecallNotice.case_id)
    row = db.session.execute(found).one()
    return {part: (row[2 * n], int(row[2 * n + 1])) for n, part in enumerate(PARTS)}


def lines(notice_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """{notice: (number, balance, name, kana, partner)} as whoever asks may read them; the partner is who holds it."""
    found = (
        select(RecallNotice.id, Casefile.number, Casefile.balance, Contactee.name, Contactee.kana,
               Organisation.name.label("partner"))
        .join(Casefile, Casefile.id == RecallNotice.case_id)
        .join(Organisation, Organisation.id == Casefile.org_id)
        .outerjoin(Contactee, Contactee.case_id == Casefile.id)
        .where(RecallNotice.id == among(notice_ids))
    )  # fmt: skip
    return {row.id: row for row in db.session.execute(found)}


def by_partner(files: Select[tuple[Placement]]) -> Sequence[Row[str, int, int]]:
    """(partner, files, yen) of what Choice.files found."""
    sums = files.join(Organisation, Organisation.id == Placement.org_id).with_only_columns(
        Organisation.name, func.count(), func.sum(Casefile.balance)
    )
    return db.session.execute(sums.group_by(Organisation.name).order_by(Organisation.name)).all()
