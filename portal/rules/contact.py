"""May this person be called or written to at this moment?

The outer wall is 貸金業法21条1項1号 (21:00-08:00), which a city's contract copies; the named time is 2号, the workplace
3号. Hours of the contract, budgets and rest are the city's dated settings. All contacts with one person count, over all
claims, partners and channels. `no` cannot be overridden; `soft` can, with a reason that stands in the receipt.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from portal.clock import combine, day_of, in_japan
from portal.rules.contact_facts import Hours, Limits, Named, Past, Person, Question, Span

__all__ = ["Hours", "Limits", "Named", "Past", "Person", "Question", "Verdict", "announced", "judge"]
RULE = "contact-1"
OUTER_UNTIL, OUTER_FROM = time(8), time(21)
PERSONS_OWN = ("home", "mobile")
HORIZON = 90  # days searched for the earliest moment; the longest wait, two letters in 30 days, ends well before


@dataclass(frozen=True)
class Verdict:
    """yes | soft | no. `earliest`: the first moment (JST) with a clean yes; None when waiting does not help."""

    verdict: str
    reasons: tuple[str, ...]
    counts: dict[str, int]
    earliest: datetime | None
    asked: bool = False

    @property
    def opens(self) -> bool:
        """Does a file open for calling? Outside the contract's hours only where the person asked for this time."""
        return self.verdict != "no" and ("window" not in self.reasons or self.asked)


def judge(question: Question) -> Verdict:
    found = reasons(question, question.at)
    return Verdict(
        verdict=_verdict(found),
        reasons=found,
        counts=counts(question, question.at),
        earliest=earliest(question),
        asked=_asked(question, question.at),
    )


def reasons(question: Question, at: datetime) -> tuple[str, ...]:
    """Codes of all that speaks against a contact at this moment. Somebody who calls us is always answered."""
    if question.channel == "incoming":
        return ()
    checks = LETTER_CHECKS if question.channel == "letter" else CALL_CHECKS
    against = tuple(code for code, check in checks.items() if check(question, at))
    return against + tuple(f"hold_{kind}" for kind in question.person.holds)


def counts(question: Question, at: datetime) -> dict[str, int]:
    """Calls and messages of this day and of the seven days before the moment; for a letter its letters too."""
    found = {"day": _day(question, at), "week": _week(question, at)}
    return found | {"letters": _letters(question, at)} if question.channel == "letter" else found


def earliest(question: Question) -> datetime | None:
    """The first moment from `question.at` on with a clean yes, given what is known now; None when there is none."""
    if any(code in TIMELESS or code.startswith("hold_") for code in reasons(question, question.at)):
        return None
    return next((in_japan(moment) for moment in _moments(question) if not reasons(question, moment)), None)


def announced(question: Question) -> datetime | None:
    """`earliest` as a partner may be told it: to the minute it would say when somebody else called, so a full hour."""
    clear = earliest(question)
    if clear is None or clear == question.at or clear not in _ends(question):
        return clear
    hour = clear.replace(minute=0, second=0, microsecond=0)
    return announced(replace(question, at=hour + timedelta(hours=hour < clear)))


def _verdict(found: tuple[str, ...]) -> str:
    if any(code in HARD or code.startswith("hold_") for code in found):
        return "no"
    return "soft" if found else "yes"


def _moments(question: Question) -> Iterator[datetime]:
    """Every moment at which some reason can end, in order: a yes always begins at one of them."""
    wanted = [question.person.requested_at] if question.person.requested_at else []
    later = sorted(moment for moment in {question.at, *_ends(question), *wanted} if moment >= question.at)
    return heapq.merge(later, (moment for moment in _openings(question) if moment >= question.at))


def _ends(question: Question) -> set[datetime]:
    """When a wait that some contact began is over."""
    waits = (
        timedelta(minutes=question.limits.spacing_minutes),
        timedelta(days=7),
        timedelta(days=question.limits.rest_days),
        timedelta(days=question.limits.letter_days),
    )
    return {past.at + wait for past in question.history for wait in waits}


def _openings(question: Question) -> Iterator[datetime]:
    first = day_of(question.at)
    for day in (first + timedelta(days=n) for n in range(HORIZON)):
        window = question.hours.on(day)
        starts = {time(0), OUTER_UNTIL, *([window[0]] if window else [])}
        starts |= {named.span[0] for named in question.person.named_times}
        yield from (combine(day, start) for start in sorted(starts))


def _calls(question: Question, at: datetime) -> Iterator[Past]:
    """Outgoing calls and messages up to the moment; incoming calls never count, letters have a budget of their own."""
    return (past for past in question.history if past.channel in ("call", "sms") and past.at <= at)


def _asked(question: Question, at: datetime) -> bool:
    wanted = question.person.requested_at
    return wanted is not None and wanted <= at and not any(past.at >= wanted for past in _calls(question, at))


def _outer_hours(question: Question, at: datetime) -> bool:
    return not OUTER_UNTIL <= _clock(at) < OUTER_FROM


def _window(question: Question, at: datetime) -> bool:
    return not _inside(question.hours.on(day_of(at)), at)


def _named_time(question: Question, at: datetime) -> bool:
    """The person's last word wins: a call asked for at a time is itself a named time, on its day."""
    wanted, named = question.person.requested_at, question.person.named_times
    if not named or (wanted is not None and day_of(wanted) == day_of(at) and _asked(question, at)):
        return False
    return not any(n.on(day_of(at)) and _inside(n.span, at) for n in named)


def _place(question: Question, at: datetime) -> bool:
    return question.place not in PERSONS_OWN


def _number(question: Question, at: datetime) -> bool:
    return question.number in question.person.stopped_numbers


def _day(question: Question, at: datetime) -> int:
    return sum(day_of(past.at) == day_of(at) for past in _calls(question, at))


def _week(question: Question, at: datetime) -> int:
    return sum(past.at > at - timedelta(days=7) for past in _calls(question, at))


def _letters(question: Question, at: datetime) -> int:
    since = at - timedelta(days=question.limits.letter_days)
    return sum(past.channel == "letter" and since < past.at <= at for past in question.history)


def _talks_today(question: Question, at: datetime) -> int:
    return sum(past.talked and day_of(past.at) == day_of(at) for past in _calls(question, at))


def _resting(question: Question, at: datetime) -> bool:
    rest = timedelta(days=question.limits.rest_days)
    return any(past.talked and past.at > at - rest for past in _calls(question, at))


def _too_soon(question: Question, at: datetime) -> bool:
    spacing = timedelta(minutes=question.limits.spacing_minutes)
    return any(past.at > at - spacing for past in _calls(question, at))


def _unless_asked(check: Callable[[Question, datetime], bool]) -> Callable[[Question, datetime], bool]:
    return lambda question, at: check(question, at) and not _asked(question, at)


def _inside(span: Span | None, at: datetime) -> bool:
    return span is not None and span[0] <= _clock(at) < span[1]


def _clock(at: datetime) -> time:
    return in_japan(at).time()


CALL_CHECKS: dict[str, Callable[[Question, datetime], bool]] = {
    "outer_hours": _outer_hours,
    "window": _window,
    "named_time": _named_time,
    "place": _place,
    "number": _number,
    "day_budget": _unless_asked(lambda question, at: _day(question, at) >= question.limits.day),
    "week_budget": _unless_asked(lambda question, at: _week(question, at) >= question.limits.week),
    "conversation_today": _unless_asked(lambda q, at: _talks_today(q, at) >= q.limits.conversations),
    "rest_days": _unless_asked(_resting),
    "spacing": _unless_asked(_too_soon),
}
LETTER_CHECKS: dict[str, Callable[[Question, datetime], bool]] = {
    "place": _place,
    "letter_budget": lambda question, at: _letters(question, at) >= question.limits.letters,
}
# Law and the person's own word are hard, and a stopped number is somebody else's peace. The contract's window is soft:
# between it and the wall the law is silent, and a person who asked for half past eight in the evening stays reachable.
HARD = frozenset({"outer_hours", "named_time", "place", "number"})
TIMELESS = frozenset({"place", "number"})
