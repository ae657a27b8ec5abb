"""Calls: opened after the verdict, written down as they were, and what follows from what was heard."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.exc import DBAPIError

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import cases, contacts, histories, returns, worklist
from portal.clock import combine, day_of
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Claim, Contactee
from portal.rules.call_record import Said, mistakes, whole
from portal.rules.contact import Question, judge
from portal.rules.lifecycles import NotNow
from portal.rules.outcomes import Follow, follow, follow_result

STOPPED = "P0409"
CONTACT_STOPPED = N_("ただいまこの方への連絡は止められています。")
NOT_NOW = N_("いまは架電できません。理由と、架電できる時刻をご確認ください。")
TAKEN = N_("ほかの担当者が対応中です。")
OTHER_LINE = N_("記録していない通話があります。先に記録してください。")
NO_NUMBER = N_("この番号には発信できません。")
LOGGED = N_("この通話は、すでに記録されています。")
CHANGED = N_("この案件は、ほかの操作により更新されました。内容を確かめて、もう一度保存してください。")


class Refused(Exception):
    """No call is opened, or nothing is written; `label` is the sentence for the reader."""

    def __init__(self, label: str):
        super().__init__(label)
        self.label = label


class Changed(Refused):
    """The case is no longer the version that the form showed."""


class Mistaken(Exception):
    """`fields`: {field: code of call_record.MISTAKES}."""

    def __init__(self, fields: dict[str, str]):
        super().__init__(fields)
        self.fields = fields


@dataclass(frozen=True)
class Logged:
    call: Attempt
    said: Said
    follow: Follow


def open(case_id: uuid.UUID, *, slot: str, by: Principal) -> Attempt:
    """Opens a call to number "1" or "2" when the verdict, taken in this same transaction, allows it; else Refused.

    The person is locked from the verdict to the commit, so of two partners who call at once one is refused.
    The own call that is up on this case is given again. NoResultFound, NotNow (the case is not open).
    """
    screen = cases.show(case_id, by=by)
    if screen.running:
        return screen.running
    if screen.file.state != "open":
        raise NotNow("casefile", screen.file.state, "call")
    if refusal := _refusal(screen):
        raise Refused(refusal)
    number = next((n.e164 for n in screen.numbers if n.slot == slot and not n.stopped), None)
    if number is None:
        raise Refused(NO_NUMBER)
    return _dial(screen, number, by)


def _refusal(screen: cases.Screen) -> str | None:
    if screen.line:
        return OTHER_LINE
    if screen.holder:
        return TAKEN
    if screen.question.person.holds:
        return CONTACT_STOPPED
    if not screen.under_contract:
        return cases.OVER
    return None if contacts.opens(screen.verdict, screen.by.role) else NOT_NOW


def _dial(screen: cases.Screen, number: str, by: Principal) -> Attempt:
    attempts = histories.attempts(screen.history)
    asked = contacts.question(screen.file, attempts, contacts.facts(screen.file.id), at=screen.now, number=number)
    call = _judged(asked, screen.file.id, channel="call", state="open", by=by)
    try:
        db.session.flush()
    except DBAPIError as error:  # the database has the last word, whatever was counted before
        if getattr(error.orig, "sqlstate", None) == STOPPED:
            raise Refused(CONTACT_STOPPED) from error
        raise
    db.session.execute(worklist.lease(update(Casefile).where(Casefile.id == screen.file.id), by, screen.now))
    return call


def log(call_id: uuid.UUID, *, said: Said, version: int, by: Principal) -> Logged:
    """Writes down the own open call. Mistaken, Refused, Changed; NoResultFound for anybody else's."""
    call = own(call_id, by=by)
    contacts.facts(call.case_id)
    db.session.refresh(call)
    if call.state != "open":
        raise Refused(LOGGED)
    said = _sound(said, call.at)
    then = _follow(call.case_id, said, by)
    call.state = "done"
    return _heard(call, said, then, version, by)


def own(call_id: uuid.UUID, *, by: Principal) -> Attempt:
    """NoResultFound: a colleague's call is not there to be written down."""
    telephoned = Attempt.channel != "letter"
    return db.session.scalars(
        select(Attempt).where(Attempt.id == call_id, Attempt.by_id == by.account_id, telephoned)
    ).one()


def record(
    case_id: uuid.UUID, *, at: datetime, channel: str, slot: str | None, said: Said, version: int, by: Principal
) -> Logged:
    """A call that took place all the same (`call`), or one that came in (`incoming`): as it was, judged as of then.

    The database marks it 基準外 where it was. `slot`: which number was dialled. Mistaken, Changed, NotNow, NoResultFound.
    """
    known = contacts.facts(case_id)
    file = db.session.get_one(Casefile, case_id, populate_existing=True)
    if file.state != "open":
        raise NotNow("casefile", file.state, "call")
    if not (file.placed_on <= day_of(at) and at <= scope.now()):
        raise Mistaken({"at_on": "at"})
    said, earlier = _sound(said, at), [a for a in _attempts(case_id) if a.at < at]
    numbers = contacts.numbers(db.session.get_one(Contactee, case_id), earlier)
    number = next((n.e164 for n in numbers if n.slot == slot), None) if channel == "call" else None
    asked = contacts.question(file, earlier, known, at=at, channel=channel, number=number, line_is_mine=True)
    then = _follow(case_id, said, by)
    return _heard(_judged(asked, case_id, channel=channel, state="done", by=by), said, then, version, by)


def _judged(asked: Question, case_id: uuid.UUID, *, channel: str, state: str, by: Principal) -> Attempt:
    """The call with its verdict, and the receipt of what was counted."""
    verdict = judge(asked)
    call = Attempt(
        id=uuid7(), org_id=by.org_id, case_id=case_id, by_id=by.account_id, at=asked.at, channel=channel, state=state,
        number=asked.number, verdict=contacts.stored(verdict), reasons=list(verdict.reasons),
    )  # fmt: skip
    db.session.add(call)
    contacts.keep(call, asked, verdict, by=by)
    return call


def _sound(said: Said, at: datetime) -> Said:
    if wrong := mistakes(said, at):
        raise Mistaken(wrong)
    return whole(said)


def _heard(call: Attempt, said: Said, then: Follow, version: int, by: Principal) -> Logged:
    """The record, the place in the worklist, and the return that the outcome demands: one transaction (弁護士法72条)."""
    call.result, call.outcome, call.identified = said.result, said.outcome, list(said.identified)
    call.note, call.next_on, call.next_from, call.next_until = said.note, said.next_on, said.next_from, said.next_until
    call.stops = then.step == "hold"
    db.session.flush()
    _settle(call, said, then, version)
    if then.step == "return_to_city" and then.return_reason and not returns.waiting(call.case_id):
        returns.send(call.case_id, reason=then.return_reason, note=said.note, by=by)
    return Logged(call, said, then)


def _follow(case_id: uuid.UUID, said: Said, by: Principal) -> Follow:
    codes = list(db.session.scalars(select(Claim.kind_code).where(Claim.case_id == case_id)))
    may = cases.servicer_may(codes)
    return follow(by.org_kind, said.outcome, may) if said.outcome else follow_result(by.org_kind, said.result, may)


def _settle(call: Attempt, said: Said, then: Follow, version: int) -> None:
    """Tries, last contact, next place; the own lease ends. Changed when somebody else changed the case meanwhile."""
    file = db.session.get_one(Casefile, call.case_id, populate_existing=True)
    attempts = _attempts(file.id)
    numbers = contacts.numbers(db.session.get_one(Contactee, file.id), attempts)
    asked = contacts.question(file, attempts, contacts.facts(file.id), at=scope.now(), number=cases.usable(numbers))
    spot = worklist.place(file, attempts, asked, chosen=_chosen(said, then, attempts, asked))
    theirs = Casefile.leased_by != call.by_id  # a colleague who has the person up keeps the lease
    changed = db.session.scalar(
        update(Casefile)
        .where(Casefile.id == file.id, Casefile.version == version)
        .values(
            tries=Casefile.tries + int(call.channel == "call"), last_at=max(call.at, file.last_at or call.at),
            band=spot.band, reason=spot.reason, next_at=spot.next_at, version=version + 1,
            leased_by=case((theirs, Casefile.leased_by)), leased_until=case((theirs, Casefile.leased_until)),
        )
        .returning(Casefile.id),
        execution_options={"synchronize_session": False},
    )  # fmt: skip
    if not changed:
        raise Changed(CHANGED)


def _chosen(said: Said, then: Follow, attempts: Sequence[Attempt], asked: Question) -> datetime | None:
    """The agent's day from the opening of the hours on; else what the result asks for; a promise has a day of its own."""
    if said.asks_for == "promise":
        return None
    if said.next_on and said.asks_for is None:
        span = asked.hours.on(said.next_on)
        return combine(said.next_on, span[0] if span else "09:00")
    return worklist.next_try(attempts, asked, then.next_days)


def _attempts(case_id: uuid.UUID) -> list[Attempt]:
    rows = select(Attempt).where(Attempt.case_id == case_id).order_by(Attempt.at, Attempt.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))
