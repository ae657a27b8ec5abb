"""What happens to everybody else, in the shares of the city's year, dealt from shuffled decks and not thrown as dice:
a small city then has the same shares as a big one."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from factory.random import randgen

from demo import words
from demo.moments import NOW, moment
from demo.placing import Case
from demo.story import Scene
from portal.clock import is_business_day

JUDGED = 3_214  # calls and letters at scale 1
AGENTS = {"north": ("kita1", "kita2", "kita3"), "south": ("minami1", "minami2")}
SUPERVISORS = {"north": "kita-sv", "south": "minami-sv"}
# of a hundred dials: between six and eight in the evening more people answer themselves
BY_DAY = {"10": 41, "11": 17, "12": 8, "17": 5, "18": 9, "01": 7, "02": 6, "13": 2, "14": 2, "19": 3}
BY_EVENING = {"10": 38, "11": 17, "12": 7, "17": 4, "18": 8, "01": 13, "02": 5, "13": 3, "14": 2, "19": 3}
SAID = {"31": 42, "33": 10, "32": 8, "35": 8, "46": 7, "36": 4, "40": 4, "38": 4, "47": 4, "34": 3, "45": 3, "49": 3}
LETTERS = {"sent": 60, "returned": 9, "answered": 8}  # of a hundred without a telephone; of a hundred letters
REVIEWED = {"negotiate": 17, "payment_order": 6, "lawsuit": 2, "inquire": 3, "stop_collection": 2, "": 70}
REFERRED = 36
DAYS = [day for n in range(15, 0, -1) if is_business_day((day := NOW - timedelta(days=n)).date()) or n % 7 == 4]


def scenes(cases: Sequence[Case], scale: float) -> Iterator[Scene]:
    """By chance, but the same for the same cases."""
    others = [case for case in cases if not case.who.lead]
    callable_ = [case for case in others if case.partner in AGENTS and case.who.phone1]
    yield from _calls(callable_, round(JUDGED * scale))
    yield from _letters([case for case in others if case.partner in AGENTS and not case.who.phone1])
    yield from _referrals(callable_, round(REFERRED * scale))
    yield from _reviews([case for case in others if case.partner == "law"])


def _deck(shares: dict[str, int]) -> Iterator[str]:
    cards = [card for card, count in shares.items() for _ in range(count)]
    randgen.shuffle(cards)
    return cycle(cards)


def _drawn(at: datetime, what: str, by: str, case: Case, **facts: Any) -> Scene:
    return Scene(at, what, by, case, facts, drawn=True)


def _hour(first: int, last: int) -> datetime:
    """Some minute of one of the days, from the hour `first` up to `last`."""
    day = randgen.choice(DAYS)
    return day.replace(hour=randgen.randint(first, last - 1), minute=randgen.randint(0, 59))


def _calls(cases: Sequence[Case], dials: int) -> Iterator[Scene]:
    """Every person once, then the first ones again, until the dials are used up."""
    day, evening, said = _deck(BY_DAY), _deck(BY_EVENING), _deck(SAID)
    agents = {partner: cycle(logins) for partner, logins in AGENTS.items()}
    for _, case in zip(range(dials if cases else 0), cycle(cases), strict=False):
        late = randgen.random() < 0.3
        at = _hour(18, 20) if late else _hour(9, 18)
        result = next(evening if late else day)
        yield from _call(at, next(agents[case.partner]), case, result, next(said) if result == "01" else None)


def _call(at: datetime, by: str, case: Case, result: str, outcome: str | None) -> Iterator[Scene]:
    if outcome is None:
        yield _drawn(at, "call", by, case, result=result, note=randgen.choice(words.RESULTS[result]))
        return
    facts = _named(at, outcome)
    day, hour = facts.get("next_on"), facts.get("next_from")
    text = randgen.choice(words.OUTCOMES[outcome])
    note = text.format(day=day and f"{day.month}月{day.day}日", hour=hour and f"{hour.hour}時")
    yield _drawn(at, "call", by, case, result=result, outcome=outcome, note=note, **facts)
    if outcome == "46":
        back = datetime.combine(day, hour, at.tzinfo) + timedelta(minutes=2)
        yield from _call(back, by, case, "10", None) if back < NOW else ()
    later = at + timedelta(days=3)
    if outcome in words.ANSWERS and later < NOW:
        yield _drawn(later.replace(hour=10), "take_back", "saiken2", case, answer=words.ANSWERS[outcome])


def _named(at: datetime, outcome: str) -> dict[str, Any]:
    """The day or the hours that belong to this outcome."""
    if outcome == "31":
        return {"next_on": (at + timedelta(days=randgen.randint(4, 24))).date()}
    if outcome == "46":
        later = at + timedelta(days=1)
        return {"next_on": later.date(), "next_from": later.replace(hour=randgen.choice((10, 12, 15)), minute=0).time()}
    if outcome == "47":
        return {"next_from": at.replace(hour=18, minute=0).time(), "next_until": at.replace(hour=20, minute=0).time()}
    return {}


def _letters(cases: Sequence[Case]) -> Iterator[Scene]:
    fate = _deck({"back": LETTERS["returned"], "answer": LETTERS["answered"], "": 100 - LETTERS["returned"] - LETTERS["answered"]})
    reasons, said = _deck({"unknown_address": 5, "moved": 2, "not_collected": 3}), _deck({"31": 6, "33": 3, "32": 1})
    for case in cases[: len(cases) * LETTERS["sent"] // 100]:
        sent, by = moment(f"11-{randgen.choice(('06', '09', '10'))} 10:00"), SUPERVISORS[case.partner]
        yield _drawn(sent, "letter", by, case, kind="contact_request")
        match next(fate):
            case "back":
                yield _drawn(sent + timedelta(days=8), "letter_back", by, case, reason=next(reasons))
            case "answer":
                yield _answer(sent + timedelta(days=randgen.randint(3, 9), hours=randgen.randint(0, 7)), case, next(said))


def _answer(at: datetime, case: Case, outcome: str) -> Scene:
    """The letter brings a call: it came in, and no rule is against it."""
    facts, by = _named(at, outcome), AGENTS[case.partner][0]
    day = facts.get("next_on")
    note = "お手紙を見て入電。" + words.OUTCOMES[outcome][0].format(day=day and f"{day.month}月{day.day}日")
    return _drawn(at, "record", by, case, channel="incoming", result="01", outcome=outcome, note=note, **facts)


def _referrals(cases: Sequence[Case], count: int) -> Iterator[Scene]:
    """Hand-overs beyond the leads'. Welfare accepts 71 in 100, most of them within three days."""
    answers = _deck({"accept": 71, "decline": 10, "": 19})
    for case, (said, boxes, urgency) in zip(cases[len(cases) - count :], cycle(words.HARDSHIP), strict=False):
        at, by = _hour(10, 16), AGENTS[case.partner][-1]
        yield _drawn(at, "call", by, case, result="01", outcome="37", note="暮らし向きのお話。支払いの話はせず、市の相談先があるとお伝えした。")
        yield _drawn(
            at + timedelta(minutes=9), "refer", by, case, words=said, boxes=boxes, worst=boxes[0], urgency=urgency,
            consent="oral", consent_scope=words.SCOPE, safe_times="平日の日中", voicemail_ok=True,
        )  # fmt: skip
        yield from _welfare(at, case, next(answers))


def _welfare(at: datetime, case: Case, answer: str) -> Iterator[Scene]:
    received, decided = at + timedelta(hours=1), at + timedelta(days=2)
    if received < NOW:
        yield _drawn(received, "receive", "fukushi1", case)
    if decided < NOW and answer == "accept":
        yield _drawn(decided, "accept", "fukushi1", case)
        yield _drawn(decided + timedelta(minutes=20), "note", "fukushi1", case, kind="contact", body="本人に電話。面談の日を決めた。")
    elif decided < NOW and answer == "decline":
        yield _drawn(decided, "decline", "fukushi1", case, reason="本人が支援を希望されない。相談先の一覧をお渡しした。")


def _reviews(cases: Sequence[Case]) -> Iterator[Scene]:
    found, lawyers = _deck(REVIEWED), cycle(("bengo1", "bengo2"))
    for case, by in zip(cases, lawyers, strict=False):
        yield _drawn(moment("11-09 13:00"), "letter", by, case, kind="appointed")
        if decision := next(found):
            at = _hour(10, 17)
            yield _drawn(at, "review", by, case, decision=decision, reasons=words.REVIEWS[decision])
            if (later := at + timedelta(days=2)) < NOW:
                yield _drawn(later, "agree", "saiken2", case, answer="了承")
