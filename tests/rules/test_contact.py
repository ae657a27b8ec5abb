"""May this person be called now? The table of the rule, case by case."""

from copy import deepcopy

import pytest

from portal.rules.contact import judge
from portal.rules.contact_json import answer, read, written
from portal.rules.contact_words import REASONS, explain, said

WEDNESDAY = {
    "at": "2026-11-25T14:10:00+09:00",
    "channel": "call",
    "place": "home",
    "engagement": {"weekday": ["09:00", "20:00"], "weekend": ["09:00", "17:00"], "closures": []},
    "person": {"named_times": [], "holds": [], "stopped_numbers": [], "requested_at": None},
    "history": [{"at": "2026-11-24T18:30:00+09:00", "channel": "call", "result": "no_answer"}],
    "number": "+81565000001",
}


def asked(person=None, engagement=None, **changes):
    question = deepcopy(WEDNESDAY) | changes
    question["person"] |= person or {}
    question["engagement"] |= engagement or {}
    return question


def calls(*moments, channel="call", result="no_answer"):
    return [{"at": f"2026-{moment}:00+09:00", "channel": channel, "result": result} for moment in moments]


def letters(*days):
    return [{"at": f"2026-{day}T10:00:00+09:00", "channel": "letter"} for day in days]


def at(moment):
    return f"2026-{moment}:00+09:00"


THREE_TODAY = calls("11-25T09:00", "11-25T10:00", "11-25T12:10")
TALKED = calls("11-23T11:00", result="conversation")

CASES = {
    "an ordinary afternoon": (asked(), "yes", []),
    "one minute before eight": (asked(at=at("11-25T07:59")), "no", ["outer_hours", "window"]),
    "eight o'clock is outside the wall's hours": (asked(at=at("11-25T08:00")), "soft", ["window"]),
    "the contract's first minute": (asked(at=at("11-25T09:00")), "yes", []),
    "the contract's last minute": (asked(at=at("11-25T19:59")), "yes", []),
    "the contract's end": (asked(at=at("11-25T20:00")), "soft", ["window"]),
    "nine in the evening": (asked(at=at("11-25T21:00")), "no", ["outer_hours", "window"]),
    "a generous contract does not move the wall": (
        asked(at=at("11-25T21:00"), engagement={"weekday": ["07:00", "23:00"]}),
        "no",
        ["outer_hours"],
    ),
    "Saturday evening": (asked(at=at("11-28T17:00")), "soft", ["window"]),
    "a holiday is a weekend": (asked(at=at("11-23T17:30"), history=[]), "soft", ["window"]),
    "the day after a holiday is not": (asked(at=at("11-24T17:30"), history=[]), "yes", []),
    "a day the contract is closed": (asked(engagement={"closures": ["2026-11-25"]}), "soft", ["window"]),
    "no calls at weekends": (asked(at=at("11-28T12:00"), engagement={"weekend": None}), "soft", ["window"]),
    "UTC is read in Tokyo": (asked(at="2026-11-25T12:00:00Z"), "no", ["outer_hours", "window"]),
    "outside the named time": (asked({"named_times": [["18:00", "20:00"]]}), "no", ["named_time"]),
    "inside one of two": (asked({"named_times": [["18:00", "20:00"], ["14:00", "15:00"]]}), "yes", []),
    "named for Saturdays": (
        asked({"named_times": [{"span": ["09:00", "17:00"], "days": ["sat"]}]}),
        "no",
        ["named_time"],
    ),
    "the workplace": (asked(place="workplace"), "no", ["place"]),
    "any other place": (asked(place="other"), "no", ["place"]),
    "a mobile": (asked(place="mobile"), "yes", []),
    "a stopped number, however written": (asked({"stopped_numbers": ["0565-00-0001"]}), "no", ["number"]),
    "another number": (asked({"stopped_numbers": ["0565-00-0002"]}), "yes", []),
    "the third call of a day": (asked(history=calls("11-25T09:00", "11-25T12:10")), "yes", []),
    "the fourth": (asked(history=THREE_TODAY), "soft", ["day_budget"]),
    "the eighth in seven days": (
        asked(history=calls(*(f"11-{day}T15:00" for day in (18, 19, 20, 21, 22, 23, 24)))),
        "soft",
        ["week_budget"],
    ),
    "the eighth, once the first is a week old": (
        asked(history=calls("11-18T14:10", *(f"11-{day}T15:00" for day in (19, 20, 21, 22, 23, 24)))),
        "yes",
        [],
    ),
    "a conversation today": (
        asked(history=calls("11-25T10:00", result="01")),
        "soft",
        ["conversation_today", "rest_days"],
    ),
    "a conversation six days ago": (asked(history=calls("11-19T14:10", result="01")), "soft", ["rest_days"]),
    "a conversation a week ago": (asked(history=calls("11-18T14:10", result="01")), "yes", []),
    "talking to the family is no conversation": (asked(history=calls("11-25T10:00", result="family")), "yes", []),
    "two hours have not passed": (asked(history=calls("11-25T12:11")), "soft", ["spacing"]),
    "two hours have passed": (asked(history=calls("11-25T12:10")), "yes", []),
    "incoming calls never count": (
        asked(history=calls("11-25T13:00", "11-25T13:30", "11-25T14:00", channel="incoming", result="conversation")),
        "yes",
        [],
    ),
    "somebody who calls us is answered": (
        asked({"holds": ["referral"]}, at=at("11-25T23:00"), channel="incoming"),
        "yes",
        [],
    ),
    "messages count like calls": (asked(history=calls("11-25T13:00", channel="sms")), "soft", ["spacing"]),
    "letters do not": (asked(history=letters("11-25", "11-24", "11-23")), "yes", []),
    "held": (asked({"holds": ["referral", "desk"]}), "no", ["hold_referral", "hold_desk"]),
    "a call asked for, at its time": (asked({"requested_at": at("11-25T14:00")}, history=TALKED), "yes", []),
    "over every budget": (asked({"requested_at": at("11-25T14:10")}, history=THREE_TODAY + TALKED), "yes", []),
    "before its time": (
        asked({"requested_at": at("11-25T14:30")}, history=TALKED),
        "soft",
        ["rest_days"],
    ),
    "the first call uses it up": (
        asked({"requested_at": at("11-25T14:00")}, history=TALKED + calls("11-25T14:05")),
        "soft",
        ["rest_days", "spacing"],
    ),
    "never through the wall": (
        asked({"requested_at": at("11-25T21:30")}, at=at("11-25T21:30")),
        "no",
        ["outer_hours", "window"],
    ),
    "never through a hold": (asked({"requested_at": at("11-25T14:00"), "holds": ["desk"]}), "no", ["hold_desk"]),
    "asked for outside the hours they once named": (
        asked({"requested_at": at("11-25T14:00"), "named_times": [["18:00", "20:00"]]}),
        "yes",
        [],
    ),
    "a letter has no hours": (asked(at=at("11-25T22:00"), channel="letter"), "yes", []),
    "the third letter in thirty days": (
        asked(channel="letter", history=letters("11-01", "11-20")),
        "soft",
        ["letter_budget"],
    ),
    "a month later": (asked(channel="letter", history=letters("10-26", "11-20")), "yes", []),
    "a letter is held too": (asked({"holds": ["referral"]}, channel="letter"), "no", ["hold_referral"]),
    "a letter to the workplace": (asked(channel="letter", place="workplace"), "no", ["place"]),
    "the city's own limits": (asked(history=calls("11-25T09:00"), limits={"day": 1}), "soft", ["day_budget"]),
}


@pytest.mark.parametrize("name", CASES)
def test_verdict(name):
    question, verdict, reasons = CASES[name]
    found = answer(question)
    assert (found["verdict"], found["reasons"]) == (verdict, reasons)
    assert found["rule"] == "contact-1"


@pytest.mark.parametrize("name", CASES)
def test_a_receipt_can_be_judged_again(name):
    question = CASES[name][0]
    assert read(written(read(question))) == read(question)
    assert answer(written(read(question))) == answer(question)


@pytest.mark.parametrize("name", CASES)
def test_every_reason_is_said_in_words(name):
    question = read(CASES[name][0])
    for words in explain(question, judge(question)):
        assert words
        assert "%" not in words


def test_the_whole_answer():
    assert answer(WEDNESDAY) == {
        "verdict": "yes",
        "reasons": [],
        "counts": {"day": 0, "week": 1},
        "earliest": "2026-11-25T14:10:00+09:00",
        "rule": "contact-1",
    }


EARLIEST = {
    "at night": (asked(at=at("11-25T22:00")), at("11-26T09:00")),
    "early": (asked(at=at("11-25T05:00")), at("11-25T09:00")),
    "Saturday evening": (asked(at=at("11-28T18:00")), at("11-29T09:00")),
    "after the spacing": (asked(history=calls("11-25T13:00")), at("11-25T15:00")),
    "after three calls": (asked(history=THREE_TODAY), at("11-26T09:00")),
    "after the rest": (asked(history=TALKED), at("11-30T11:00")),
    "after the rest, in the evening": (asked(history=calls("11-20T19:30", result="01")), at("11-27T19:30")),
    "when they asked": (asked({"requested_at": at("11-25T16:00")}, history=TALKED), at("11-25T16:00")),
    "when they asked, once the day begins": (
        asked({"requested_at": at("11-26T06:00")}, history=TALKED),
        at("11-26T09:00"),
    ),
    "at the named time": (asked({"named_times": [["18:00", "20:00"]]}), at("11-25T18:00")),
    "on the named day": (
        asked({"named_times": [{"span": ["10:00", "12:00"], "days": ["sun"]}]}),
        at("11-29T10:00"),
    ),
    "a letter": (asked(channel="letter", history=letters("11-01", "11-20")), at("12-01T10:00")),
    "held": (asked({"holds": ["referral"]}, at=at("11-25T22:00")), None),
    "the workplace": (asked(place="workplace"), None),
    "a stopped number": (asked({"stopped_numbers": ["+81565000001"]}), None),
    "a named time that never comes": (asked({"named_times": [["22:00", "23:00"]]}), None),
}


@pytest.mark.parametrize("name", EARLIEST)
def test_earliest(name):
    question, earliest = EARLIEST[name]
    assert answer(question)["earliest"] == earliest


def test_a_file_does_not_open_outside_the_contract_unless_the_person_asked_for_it():
    evening = at("11-25T20:30")
    assert not judge(read(asked(at=evening))).opens
    assert judge(read(asked({"requested_at": evening}, at=evening))).opens
    assert judge(read(asked(history=calls("11-25T13:00")))).opens
    assert not judge(read(asked(place="workplace"))).opens


def test_what_is_said():
    held = read(asked({"holds": ["referral"]}))
    assert explain(held, judge(held)) == ["この方への連絡は止まっています"]
    evening = read(asked(at=at("11-25T22:00")))
    assert explain(evening, judge(evening)) == [
        "21:00〜8:00は電話できません",
        "契約の架電時間（9:00〜20:00）の外です",
    ]
    resting = read(asked(history=TALKED))
    assert explain(resting, judge(resting)) == ["お話ししてから7日間は間をあけます（11/30 11:00まで）"]
    assert said(held, "hold_desk") == (REASONS["hold"], {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "2026-11-25T14:10:00"},
        {"at": "2026-11-25"},
        {"at": 5},
        {"at": "0001-01-01T00:00:00+09:00"},
        {"channel": "fax"},
        {"place": "work"},
        {"number": "12"},
        {"histroy": []},
        {"history": {}},
        {"history": [{"at": "2026-11-24T18:30:00+09:00", "channel": "call", "result": "no-answer"}]},
        {"history": [{"at": "2026-11-24T18:30:00+09:00"}]},
        {"engagement": {"weekday": ["9:00", "20:00"]}},
        {"engagement": {"weekday": ["20:00", "09:00"]}},
        {"engagement": {"weekday": []}},
        {"engagement": {"sunday": ["09:00", "20:00"]}},
        {"engagement": {"closures": ["11-25"]}},
        {"person": {"holds": ["Desk"]}},
        {"person": {"holds": "desk"}},
        {"person": {"named_times": ["18:00"]}},
        {"person": {"named_times": [{"span": ["18:00", "20:00"], "days": ["Mon"]}]}},
        {"person": {"requested_at": "tomorrow"}},
        {"person": {"stopped_numbers": ["110"]}},
        {"person": None},
        {"limits": {"day": -1}},
        {"limits": {"day": True}},
        {"limits": {"days": 3}},
    ],
    ids=repr,
)
def test_a_typo_is_an_error(wrong):
    with pytest.raises(ValueError, match=r"\S"):
        answer(deepcopy(WEDNESDAY) | wrong)
