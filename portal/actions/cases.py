"""One case on one screen: the person, the claims, what took place, and whether a call may be made now."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache

from sqlalchemy import Row, select

from portal import money
from portal.access import scope
from portal.access.principal import Principal
from portal.actions import contacts, histories, standings, worklist
from portal.actions.contacts import Number
from portal.actions.histories import Entry
from portal.actions.standings import Standing
from portal.clock import day_of
from portal.db import db
from portal.i18n import N_
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Claim, Contactee
from portal.models.organisations import Account, Engagement
from portal.rules import acts, kinds, phones
from portal.rules.acts import Answer
from portal.rules.contact import Question, Verdict, announced, judge
from portal.rules.contact_words import said
from portal.rules.scripts import Line, script_of, voicemail_of

OVER = N_("契約期間外")


@dataclass(frozen=True)
class Screen:
    """`holder`: the colleague who has it now; `line`: the own call that is up, on this case or another."""

    file: Casefile
    person: Contactee
    contract: Engagement
    claims: list[Claim]
    history: list[Entry]
    numbers: tuple[Number, ...]
    question: Question
    verdict: Verdict
    holder: str | None
    line: Attempt | None
    standing: Standing | None
    by: Principal

    labels = histories.LABELS
    insteads = acts.INSTEADS

    @property
    def now(self) -> datetime:
        return self.question.at

    @property
    def running(self) -> Attempt | None:
        return self.line if self.line and self.line.case_id == self.file.id else None

    @property
    def may_call(self) -> bool:
        dialable = any(not number.stopped for number in self.numbers)
        live = self.file.state == "open" and self.under_contract
        return dialable and live and contacts.opens(self.verdict, self.by.role)

    @property
    def announced(self) -> datetime | None:
        return announced(self.question)

    @property
    def under_contract(self) -> bool:
        """A partner may have another contract that runs: this file was given under this one."""
        return self.contract.starts <= day_of(self.now) <= self.contract.ends

    @property
    def reasons(self) -> list[tuple[str, dict[str, str]]]:
        """(text, values) of what speaks against a call, each sentence once. A hold is reason enough, and says no more."""
        holds = [code for code in self.verdict.reasons if code.startswith("hold_")]
        found = dict(said(self.question, code) for code in holds or self.verdict.reasons)
        return list(found.items()) if self.under_contract else [(OVER, {})]

    @property
    def hours(self) -> str | None:
        """Today's hours of the contract; None on a day without calls."""
        span = self.question.hours.on(day_of(self.now))
        return span and f"{_clock(span[0])}〜{_clock(span[1])}"

    @property
    def dialled(self) -> str | None:
        """The number of the call that is up, as it is read aloud."""
        return phones.shown(self.running.number) if self.running and self.running.number else None

    @property
    def outside_characters(self) -> bool:
        """外字: characters of the city's own, which the screen may not be able to show."""
        return any("\ue000" <= sign <= "\uf8ff" for sign in f"{self.person.name}{self.person.address}")

    @property
    def servicer_may(self) -> bool:
        return servicer_may([claim.kind_code for claim in self.claims])

    @property
    def script(self) -> tuple[Line, ...]:
        return script_of(self.by.org_kind, self.servicer_may)

    @property
    def voicemail(self) -> Line:
        return voicemail_of(self.by.org_kind)

    @property
    def spoken(self) -> dict[str, str]:
        """What stands for the placeholders of the script."""
        return {
            "caller": self.by.org_name,
            "surname": self.by.name.split()[0],
            "person": self.person.name,
            "city": self.by.city_name,
            "kinds": "・".join(dict.fromkeys(claim.kind_name for claim in self.claims)),
            "total": money.format(self.file.balance),
            "opens": _clock(self.contract.weekday_from),
            "closes": _clock(self.contract.weekday_until),
        }

    @property
    def outside(self) -> list[tuple[str, Answer]]:
        """(act, answer) of everything this kind of partner may not do with this person."""
        answers = {act: acts.allowed(self.by.org_kind, act, self.servicer_may) for act in acts.ACTS}
        return [(acts.ACTS[act], answer) for act, answer in answers.items() if not answer.allowed]


def show(case_id: uuid.UUID, *, by: Principal) -> Screen:
    """Everything about one's own case. Locks the person for the facts. NoResultFound: not there, or not one's own."""
    known, now = contacts.facts(case_id), scope.now()
    row = _file(case_id)
    file: Casefile = row.Casefile
    claims = list(db.session.scalars(select(Claim).where(Claim.case_id == case_id).order_by(Claim.due_on, Claim.id)))
    history = histories.history(case_id)
    attempts = histories.attempts(history)
    numbers = contacts.numbers(row.Contactee, attempts)
    line = mine(by)
    asked = contacts.question(
        file, attempts, known, at=now, number=usable(numbers), line_is_mine=bool(line and line.case_id == case_id)
    )
    theirs = file.leased_by != by.account_id and file.leased_until is not None and file.leased_until > now
    return Screen(
        file=file, person=row.Contactee, contract=row.Engagement, claims=claims, history=history, numbers=numbers,
        question=asked, verdict=judge(asked), holder=row.name if theirs else None, line=line,
        standing=standings.of([case_id]).get(case_id), by=by,
    )  # fmt: skip


def usable(numbers: tuple[Number, ...]) -> str | None:
    """The first number that still leads to the person, as E.164."""
    return next((number.e164 for number in numbers if not number.stopped), None)


def mine(by: Principal) -> Attempt | None:
    """The call this person has opened and not yet written down."""
    return db.session.scalar(select(Attempt).where(Attempt.by_id == by.account_id, Attempt.state == "open"))


def put_off(case_id: uuid.UUID, *, by: Principal) -> bool:
    """後に回す: gives the lease up; the case comes again when the person may be called. False without a lease."""
    screen = show(case_id, by=by)
    clear = None if screen.may_call else screen.announced
    return worklist.release(case_id, next_at=clear or screen.now + worklist.LEASE, by=by)


def servicer_may(codes: list[str]) -> bool:
    """Are all of them 特定金銭債権, which a servicer may handle as such?"""
    return all(code in _loans() for code in codes)


@lru_cache(1)
def _loans() -> frozenset[str]:
    return frozenset(kind.code for kind in kinds.shipped() if kind.servicer)


def _clock(hour: time) -> str:
    return f"{hour.hour}:{hour:%M}"


def _file(case_id: uuid.UUID) -> Row[Casefile, Contactee, Engagement, str]:
    return db.session.execute(
        select(Casefile, Contactee, Engagement, Account.name)
        .join(Contactee, Contactee.case_id == Casefile.id)
        .join(Engagement, Engagement.id == Casefile.engagement_id)
        .outerjoin(Account, Account.id == Casefile.leased_by)
        .where(Casefile.id == case_id)
        .execution_options(populate_existing=True)
    ).one()
