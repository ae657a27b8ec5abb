"""What happens to everybody else, in the shares of the city's year: the calls, and what follows from them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import cycle
from typing import Any

from factory.random import randgen

from demo import aftermath, words
from demo.drawing import AGENTS, deck, drawn, office, some_minute
from demo.moments import NOW
from demo.placing import Case
from demo.story import Scene

JUDGED = 3_214  # at scale 1
# of a hundred dials: between six and eight in the evening more people answer themselves
BY_DAY = {"10": 41, "11": 17, "12": 8, "17": 5, "18": 9, "01": 7, "02": 6, "13": 2, "14": 2, "19": 3}
BY_EVENING = {"10": 38, "11": 17, "12": 7, "17": 4, "18": 8, "01": 13, "02": 5, "13": 3, "14": 2, "19": 3}
EVENINGS = 0.3
SAID = {"31": 42, "33": 10, "32": 8, "35": 8, "46": 7, "36": 4, "40": 4, "38": 4, "47": 4, "34": 3, "45": 3, "49": 3}


def scenes(cases: Sequence[Case], scale: float) -> Iterator[Scene]:
    """By lot, but the same for the same cases."""
    others = [case for case in cases if not case.who.lead]
    with_phone = [case for case in others if case.partner in AGENTS and case.who.phone1]
    yield from _calls(with_phone, round(JUDGED * scale))
    yield from aftermath.letters([case for case in others if case.partner in AGENTS and not case.who.phone1])
    yield from aftermath.referrals(with_phone, scale)
    yield from aftermath.reviews([case for case in others if case.partner == "law"])


def _calls(cases: Sequence[Case], dials: int) -> Iterator[Scene]:
    """Every person once, then the first ones again, until the dials are used up."""
    day, evening, said = deck(BY_DAY), deck(BY_EVENING), deck(SAID)
    agents = {partner: cycle(logins) for partner, logins in AGENTS.items()}
    for _, case in zip(range(dials if cases else 0), cycle(cases), strict=False):
        late = randgen.random() < EVENINGS
        at = some_minute(18, 20) if late else some_minute(9, 18)
        result = next(evening if late else day)
        yield from _call(at, next(agents[case.partner]), case, result, next(said) if result == "01" else None)


def _call(at: datetime, by: str, case: Case, result: str, outcome: str | None) -> Iterator[Scene]:
    if outcome is None:
        yield drawn(at, "call", by, case, result=result, note=randgen.choice(words.RESULTS[result]))
        return
    facts = named(at, outcome)
    yield drawn(at, "call", by, case, result=result, outcome=outcome, note=words.said(outcome, facts), **facts)
    if outcome == "46":
        back = datetime.combine(facts["next_on"], facts["next_from"], at.tzinfo) + timedelta(minutes=2)
        yield from _call(back, by, case, "10", None) if back < NOW else ()
    answered = office(at, 3)
    if outcome in words.ANSWERS and answered < NOW:
        yield drawn(answered, "take_back", "saiken2", case, answer=words.ANSWERS[outcome])


def named(at: datetime, outcome: str) -> dict[str, Any]:
    """The day or the hours that belong to this outcome."""
    match outcome:
        case "31":
            return {"next_on": (at + timedelta(days=randgen.randint(4, 24))).date()}
        case "46":
            return {"next_on": (at + timedelta(days=1)).date(), "next_from": time(randgen.choice((10, 12, 15)))}
        case "47":
            return {"next_from": time(18), "next_until": time(20)}
    return {}
