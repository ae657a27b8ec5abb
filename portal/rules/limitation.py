"""Limitation (消滅時効): the last day on which a claim is alive, as a fold over what happened.

Days are Asia/Tokyo, periods whole years. 民法140条: the first day is not counted; 143条: a period ends on the day
before the corresponding day; 地方自治法236条4項: the city's 督促 renews; 民法152条: so does an acknowledgement; 147条,
169条1項: a final judgment renews for ten years.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from portal.rules.kinds import Kind

NEW_LAW = date(2020, 4, 1)
JUDGMENT_YEARS = 10
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """What moves limitation: `kind` is a key of EFFECTS, `on` the day it takes effect."""

    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class State:
    """`years`: what a renewal now runs. `last_day`: the claim is complete (完成) from the day after it."""

    years: int
    last_day: date


def period(kind: Kind, due_on: date, cause_on: date | None) -> int:
    """Years of the kind: the old period for a private claim caused before 2020-04-01 (平成29年改正法附則10条4項).

    Where the cause is not given the due date stands for it.
    """
    old = kind.class_ == "private" and (cause_on or due_on) < NEW_LAW
    return kind.old_period_years if old else kind.new_period_years


def last_day(due_on: date, years: int, events: Iterable[Event]) -> date:
    """The last day before completion, of a claim due on `due_on` with a base period of `years`."""
    state = State(years, end_of(due_on, years))
    for event in sorted(events, key=lambda event: event.on):
        state = EFFECTS[event.kind](state, event.on)
    return state.last_day


def end_of(day: date, years: int) -> date:
    """The last day of a period of years that begins on the day after `day`; date.max where the calendar ends first.

    Where it began on 29 February it ends on the 28th: the day before the corresponding day, and in a year that has no
    29th the last day of the month (民法143条2項).
    """
    try:
        start = day + _DAY
        if (start.month, start.day) == (2, 29):
            return date(start.year + years, 2, 28)
        return start.replace(year=start.year + years) - _DAY
    except (OverflowError, ValueError):
        return date.max


def _renew(state: State, on: date) -> State:
    """A renewal never shortens, and after completion there is nothing left to renew."""
    if on > state.last_day:
        return state
    return replace(state, last_day=max(state.last_day, end_of(on, state.years)))


def _judgment(state: State, on: date) -> State:
    """A final judgment always renews: the suit had held completion off. Every later renewal runs ten years."""
    return State(JUDGMENT_YEARS, max(state.last_day, end_of(on, JUDGMENT_YEARS)))


EFFECTS = {"demand": _renew, "acknowledgement": _renew, "judgment": _judgment}
