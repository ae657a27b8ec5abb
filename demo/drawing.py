"""Drawn by lot, but from shuffled decks and not with dice: a small city then has the same shares as a big one."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import cycle
from typing import Any

from factory.random import randgen

from demo.moments import NOW
from demo.placing import Case
from demo.story import Scene
from portal.clock import business_days_after, combine, is_business_day

AGENTS = {"north": ("kita1", "kita2", "kita3"), "south": ("minami1", "minami2")}
SUPERVISORS = {"north": "kita-sv", "south": "minami-sv"}
# three weeks of business days and every other Saturday, and the morning of today
DAYS = [
    day for n in range(20, -1, -1) if is_business_day((day := NOW - timedelta(days=n)).date()) or n % 14 == 4
]  # fmt: skip


def deck(shares: dict[str, int]) -> Iterator[str]:
    """Every card as often as its share, in a shuffled order, again and again."""
    cards = [card for card, count in shares.items() for _ in range(count)]
    randgen.shuffle(cards)
    return cycle(cards)


def drawn(at: datetime, what: str, by: str, case: Case, **facts: Any) -> Scene:
    return Scene(at, what, by, case, facts, drawn=True)


def some_minute(first: int, last: int) -> datetime:
    """Of one of the days, from the hour `first` up to `last`; of today, before noon."""
    day = randgen.choice(DAYS)
    if day.date() == NOW.date():
        first, last = 9, 12
    return day.replace(hour=randgen.randint(first, last - 1), minute=randgen.randint(0, 59))


def office(at: datetime, days: int) -> datetime:
    """Some minute in the city's office that many business days later."""
    hour = time(randgen.randint(9, 16), randgen.randint(0, 59))
    return combine(business_days_after(at.date(), days), hour)
