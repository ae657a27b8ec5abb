"""Letters and what they bring, hand-overs to welfare, and the law team's reviews of everybody else's cases."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle

from factory.random import randgen

from demo import words
from demo.drawing import AGENTS, SUPERVISORS, deck, drawn, office, some_minute
from demo.moments import NOW, moment
from demo.placing import Case
from demo.story import Scene

POSTED = 60  # of a hundred people without a telephone
FATES = {"back": 9, "answer": 8, "": 83}
RETURNED = {"unknown_address": 5, "moved": 2, "not_collected": 3}
ANSWERS = {"33": 6, "32": 1, "31": 3}
REFERRED = 36  # at scale 1, in these weeks
WELFARE = {"accept": 71, "decline": 10, "": 19}
REVIEWS = {"negotiate": 17, "payment_order": 6, "lawsuit": 2, "inquire": 3, "stop_collection": 2, "": 70}


def letters(cases: Sequence[Case]) -> Iterator[Scene]:
    fate, reasons, said = deck(FATES), deck(RETURNED), deck(ANSWERS)
    for case in cases[: len(cases) * POSTED // 100]:
        sent, by = moment(f"11-{randgen.choice(('06', '09', '10'))} 10:00"), SUPERVISORS[case.partner]
        yield drawn(sent, "letter", by, case, kind="contact_request")
        match next(fate):
            case "back":
                yield drawn(sent + timedelta(days=10), "letter_back", by, case, reason=next(reasons))
            case "answer":
                yield _answer(office(sent, randgen.randint(2, 6)), case, next(said))


def _answer(at: datetime, case: Case, outcome: str) -> Scene:
    """The letter brings a call: it came in, and no rule is against it."""
    facts = {"next_on": (at + timedelta(days=12)).date()} if outcome == "31" else {}
    note = f"お手紙を見て入電。{words.said(outcome, facts)}"
    by = AGENTS[case.partner][0]
    return drawn(at, "record", by, case, channel="incoming", result="01", outcome=outcome, note=note, **facts)


def referrals(cases: Sequence[Case], scale: float) -> Iterator[Scene]:
    """Hand-overs beyond the leads'; those with a telephone at the end of the list, who are called least."""
    answers, count = deck(WELFARE), min(round(REFERRED * scale), len(cases))
    for case, (said, boxes, urgency) in zip(cases[len(cases) - count :], cycle(words.HARDSHIP), strict=False):
        at, by = some_minute(10, 16), AGENTS[case.partner][-1]
        yield drawn(at, "call", by, case, result="01", outcome="37", note=words.HARD_TIMES)
        yield drawn(
            at + timedelta(minutes=9), "refer", by, case, words=said, boxes=boxes, worst=boxes[0], urgency=urgency,
            consent="oral", consent_scope=words.SCOPE, safe_times="平日の日中", voicemail_ok=True,
        )  # fmt: skip
        yield from _welfare(at, case, next(answers))


def _welfare(at: datetime, case: Case, answer: str) -> Iterator[Scene]:
    received, decided = at + timedelta(hours=1), office(at, 2)
    if received < NOW:
        yield drawn(received, "receive", "fukushi1", case)
    if decided < NOW and answer == "accept":
        yield drawn(decided, "accept", "fukushi1", case)
        yield drawn(decided, "note", "fukushi1", case, kind="contact", body=words.MEETING)
    elif decided < NOW and answer == "decline":
        yield drawn(decided, "decline", "fukushi1", case, reason=words.DECLINED)


def reviews(cases: Sequence[Case]) -> Iterator[Scene]:
    found = deck(REVIEWS)
    for case, by in zip(cases, cycle(("bengo1", "bengo2")), strict=False):
        yield drawn(moment("11-09 13:00"), "letter", by, case, kind="appointed")
        if decision := next(found):
            at = some_minute(10, 17)
            yield drawn(at, "review", by, case, decision=decision, reasons=words.REVIEWS[decision])
            if (agreed := office(at, 2)) < NOW:
                yield drawn(agreed, "agree", "saiken2", case, answer="了承")
