"""The order of the worklist, with the reason for each place.

`rank` is stored on the case (band, reason, next_at) after every attempt and every night, so that the worklist is one
indexed walk along (org_id, band, next_at, id) over what is due. A lower band comes first. Money is yen.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.clock import combine, day_of, in_japan
from portal.i18n import N_
from portal.rules import reading
from portal.rules.contact_facts import Hours


@dataclass(frozen=True)
class Case:
    """What is known of a case.

    `tries`: outgoing calls; `next_at`: chosen by the agent, or left by the last result; `promised_on`: of a promise not
    yet kept; `last_day`: the nearest of limitation; `not_before`: the contact rule's earliest moment.
    """

    placed_at: datetime
    has_phone: bool
    balance: int
    tries: tuple[datetime, ...] = ()
    next_at: datetime | None = None
    callback_at: datetime | None = None
    promised_on: date | None = None
    last_day: date | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class Settings:
    """Dated settings of the city: days of grace after a promised day, days before limitation, tries at other times."""

    grace_days: int = 3
    near_days: int = 180
    varied_tries: int = 2


@dataclass(frozen=True)
class Place:
    band: int
    reason: str
    next_at: datetime


BANDS = {
    "callback_due": 10,
    "callback_overdue": 15,
    "promise_broken": 20,
    "promise_waiting": 20,  # comes due when its grace is over: from then on it is a broken one
    "first_contact": 30,
    "other_time": 40,
    "limitation_near": 45,
    "ordinary": 50,
    "no_phone": 60,
}
BALANCES = (300_000, 100_000, 30_000)  # ordinary cases by balance: 50, 51, 52, and 53 for the rest
REASONS = {
    "callback_due": N_("折返しのお約束"),
    "callback_overdue": N_("折返しのお約束を過ぎています"),
    "promise_broken": N_("納付予定日を過ぎ、入金が確認できません"),
    "promise_waiting": N_("納付予定日の入金確認"),
    "first_contact": N_("新しく引き渡された方（未連絡）"),
    "other_time": N_("別の曜日・時間帯に架電"),
    "limitation_near": N_("時効完成予定日が近い"),
    "ordinary": N_("残高順"),
    "no_phone": N_("電話番号なし（郵便）"),
}
MORNING, AFTERNOON, EVENING = time(10), time(14), time(18)
BEST_FIRST = (EVENING, AFTERNOON, MORNING)  # people answer 13 in 100 calls after six, 8 in the whole day


def rank(case: Case, now: datetime, settings: Settings = Settings()) -> Place:
    """The case's place in the worklist as seen at `now`."""
    reason = _reason(case, now, settings)
    band = BANDS[reason] + (_by_balance(case.balance) if reason == "ordinary" else 0)
    start = _start(case, reason, settings)
    return Place(band, reason, max(start, case.not_before) if case.not_before else start)


def best_next(tries: Iterable[datetime], after: datetime, days: int = 1, hours: Hours = Hours()) -> datetime:  # noqa: B008
    """The next try, `days` or up to six more days later: the weekday and part of the day tried least, evenings first.

    A contract asks for at least two tries, on another weekday and at another hour. With no calling hours at all in
    those days: the same moment a week later.
    """
    tried = [(in_japan(at).weekday(), _part(in_japan(at).time())) for at in tries]
    first = day_of(after) + timedelta(days=days)
    free = [
        combine(day, part)
        for day in (first + timedelta(days=n) for n in range(7))
        for part in BEST_FIRST
        if _within(hours, day, part)
    ]
    often = {
        moment: sum(day == moment.weekday() for day, _ in tried) + sum(part == moment.time() for _, part in tried)
        for moment in free
    }
    return min(free, key=lambda moment: (often[moment], moment.date())) if free else after + timedelta(days=7)


def is_varied(tries: Iterable[datetime], wanted: int) -> bool:
    """Were there `wanted` tries, each on another weekday and in another part of the day? In the order of the calls."""
    days: set[int] = set()
    parts: set[time] = set()
    for at in map(in_japan, tries):
        if at.weekday() not in days and _part(at.time()) not in parts:
            days.add(at.weekday())
            parts.add(_part(at.time()))
    return len(days) >= wanted


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """A case's facts and "now" as JSON -> {"band", "reason", "next_at"}; ValueError names what is wrong."""
    maybe: dict[str, Callable[[Any, str], Any]] = {
        "next_at": reading.instant,
        "callback_at": reading.instant,
        "not_before": reading.instant,
        "promised_on": reading.day,
        "last_day": reading.day,
    }
    reading.fields(question, ("now", "placed_at", "has_phone", "balance"), ("tries", *maybe))
    case = Case(
        placed_at=reading.instant(question["placed_at"], "placed_at"),
        has_phone=reading.flag(question["has_phone"], "has_phone"),
        balance=reading.count(question["balance"], "balance"),
        tries=tuple(reading.instant(at, "tries") for at in reading.many(question.get("tries", []), "tries")),
        **{name: read(question[name], name) for name, read in maybe.items() if question.get(name) is not None},
    )
    place = rank(case, reading.instant(question["now"], "now"))
    return {"band": place.band, "reason": place.reason, "next_at": in_japan(place.next_at).isoformat()}


def _reason(case: Case, now: datetime, settings: Settings) -> str:
    if case.callback_at:
        return "callback_due" if day_of(case.callback_at) >= day_of(now) else "callback_overdue"
    if case.promised_on:
        return "promise_broken" if now >= _grace_over(case.promised_on, settings) else "promise_waiting"
    if not case.has_phone:
        return "no_phone"
    if not case.tries:
        return "first_contact"
    if not is_varied(case.tries, settings.varied_tries):
        return "other_time"
    if case.last_day and case.last_day - day_of(now) <= timedelta(days=settings.near_days):
        return "limitation_near"
    return "ordinary"


def _start(case: Case, reason: str, settings: Settings) -> datetime:
    if case.callback_at:
        return case.callback_at
    chosen = case.next_at or case.placed_at
    if case.promised_on:
        return max(chosen, _grace_over(case.promised_on, settings))
    return chosen


def _grace_over(promised_on: date, settings: Settings) -> datetime:
    return combine(promised_on + timedelta(days=settings.grace_days + 1), "00:00")


def _by_balance(balance: int) -> int:
    return next((place for place, least in enumerate(BALANCES) if balance >= least), len(BALANCES))


def _part(hour: time) -> time:
    if hour < time(12):
        return MORNING
    return AFTERNOON if hour < time(17) else EVENING


def _within(hours: Hours, day: date, part: time) -> bool:
    window = hours.on(day)
    return window is not None and window[0] <= part < window[1]
