"""The verdict (連絡可否の判定): what is known of one person, asked of the contact rule, and the receipt that is kept."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text

from portal.access.principal import Principal
from portal.clock import combine, day_of
from portal.db import db
from portal.models.attempts import Attempt, Receipt
from portal.models.casefiles import Casefile, Contactee
from portal.models.organisations import Engagement, Setting
from portal.rules import phones
from portal.rules.contact import RULE, Hours, Limits, Named, Past, Person, Question, Verdict
from portal.rules.contact_json import written
from portal.rules.outcomes import RESULTS

MOBILE = ("+8190", "+8180", "+8170")
# Budgets, rest and spacing are proposals, no law: whoever answers for the team, or for the mandate, may go past them.
ANSWERS_FOR_IT = ("supervisor", "lawyer")


@dataclass(frozen=True)
class Facts:
    """Over all partners: is contact stopped, is somebody on the line, what took place in thirty days; never whose."""

    held: bool
    busy: bool
    history: tuple[Past, ...]


@dataclass(frozen=True)
class Number:
    """`slot`: "1" or "2", so that no number stands in a form; `stopped`: it was wrong, blocked or not in use."""

    slot: str
    e164: str
    stopped: bool

    @property
    def shown(self) -> str:
        return phones.shown(self.e164)


def facts(case_id: uuid.UUID) -> Facts:
    """Locks the person until this transaction ends, so ask it before anything else. NoResultFound: no live case of mine."""
    row = db.session.execute(text("select * from access.contact_facts(:case)"), {"case": case_id}).one()
    past = zip(row.tried_at, row.channels, row.results, strict=True)
    return Facts(row.held, row.busy, tuple(Past(at, channel, RESULTS[result].talked) for at, channel, result in past))


def question(
    case: Casefile,
    attempts: Sequence[Attempt],
    known: Facts,
    *,
    at: datetime,
    channel: str = "call",
    number: str | None = None,
    line_is_mine: bool = False,
) -> Question:
    """The contact rule's question about this case's person; `attempts` of the case, the oldest first."""
    held = known.held and (case.held_at is None or case.held_at <= at)
    busy = known.busy and not line_is_mine
    return Question(
        at=at,
        channel=channel,
        place="mobile" if number and number.startswith(MOBILE) else "home",
        number=number,
        hours=hours(db.session.get_one(Engagement, case.engagement_id)),
        person=Person(
            named_times=named(attempts),
            holds=("contact",) * held + ("busy",) * busy,
            stopped_numbers=stopped(attempts),
            requested_at=requested(attempts),
        ),
        history=known.history,
        limits=limits(day_of(at)),
    )


def opens(verdict: Verdict, role: str) -> bool:
    """May this role dial now? `soft` only for whoever answers for it, or at the time the person asked for."""
    return verdict.opens and (verdict.verdict == "yes" or verdict.asked or role in ANSWERS_FOR_IT)


def stored(verdict: Verdict) -> str:
    """What the attempt carries: outside the contract's hours is 基準外, however soft the rule is about it."""
    return verdict.verdict if verdict.opens else "no"


def keep(attempt: Attempt, asked: Question, verdict: Verdict, *, by: Principal) -> None:
    """The receipt, under the attempt's own id: an auditor judges it again from what was counted then."""
    db.session.add(
        Receipt(
            id=attempt.id, org_id=by.org_id, case_id=attempt.case_id, by_id=by.account_id, at=asked.at, rule=RULE,
            facts=json.dumps(written(asked), ensure_ascii=False), verdict=verdict.verdict, reasons=list(verdict.reasons),
        )
    )  # fmt: skip


def hours(contract: Any) -> Hours:
    return Hours(
        weekday=(contract.weekday_from, contract.weekday_until), weekend=(contract.weekend_from, contract.weekend_until)
    )


def limits(day: date) -> Limits:
    """The city's settings contact_day, contact_week, … as they stand on this day; the rule's defaults where none is."""
    names = {f"contact_{limit.name}": limit.name for limit in fields(Limits)}
    rows = db.session.execute(
        select(Setting.name, Setting.value)
        .where(Setting.name.in_(names), Setting.valid_from <= day)
        .order_by(Setting.valid_from)
    )
    return Limits(**{names[name]: int(value) for name, value in rows})


def numbers(person: Contactee, attempts: Iterable[Attempt]) -> tuple[Number, ...]:
    """The numbers that can be dialled, in the ledger's order; what cannot be read as a number is left out."""
    gone, found = stopped(attempts), []
    for slot, written_down in (("1", person.phone1), ("2", person.phone2)):
        try:
            number = phones.e164(written_down or "")
        except ValueError:
            continue
        found.append(Number(slot, number, number in gone))
    return tuple(found)


def stopped(attempts: Iterable[Attempt]) -> frozenset[str]:
    return frozenset(a.number for a in attempts if a.number and a.result and RESULTS[a.result].retire_number)


def requested(attempts: Iterable[Attempt]) -> datetime | None:
    """The moment of the last callback that the person asked for (折返し希望)."""
    asked = [combine(a.next_on, a.next_from) for a in attempts if a.outcome == "46" and a.next_on and a.next_from]
    return asked[-1] if asked else None


def named(attempts: Iterable[Attempt]) -> tuple[Named, ...]:
    """The hours the person named last (連絡時間指定); the latest word replaces the one before."""
    spans = [(a.next_from, a.next_until) for a in attempts if a.outcome == "47" and a.next_from and a.next_until]
    return (Named(spans[-1]),) if spans else ()
