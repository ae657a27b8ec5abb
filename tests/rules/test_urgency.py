"""How urgent, and by when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clock import day_of, in_japan, is_business_day
from portal.rules import urgency
from portal.rules.urgency import HELPLINES, LEVELS, SIGNALS, WHAT_TO_DO, answer, due, level


def test_the_most_urgent_signal_decides():
    assert level([]) is None
    assert level(["care", "illness"]) == "high"
    assert level(["care", "no_food", "illness"]) == "emergency"
    assert level(["income_fell"]) == "medium"


def test_every_level_has_signals_and_words():
    assert [*LEVELS] == ["emergency", "high", "medium"]
    assert {signal.level for signal in SIGNALS.values()} == WHAT_TO_DO.keys() == LEVELS.keys()


@pytest.mark.parametrize(
    ("of", "at", "acknowledge", "reply"),
    [
        ("emergency", "2026-11-25T14:10", "2026-11-25T14:25", "2026-11-25T17:15"),
        ("emergency", "2026-11-25T17:10", "2026-11-25T17:25", "2026-11-25T17:25"),
        ("emergency", "2026-11-21T23:55", "2026-11-22T00:10", "2026-11-24T17:15"),
        ("high", "2026-11-25T14:10", "2026-11-25T17:15", "2026-11-26T17:15"),
        ("high", "2026-11-25T17:15", "2026-11-25T17:15", "2026-11-26T17:15"),
        ("high", "2026-11-25T19:30", "2026-11-26T17:15", "2026-11-27T17:15"),
        ("high", "2026-11-27T19:30", "2026-11-30T17:15", "2026-12-01T17:15"),
        ("high", "2026-11-21T11:00", "2026-11-24T17:15", "2026-11-25T17:15"),
        ("medium", "2026-11-25T14:10", "2026-11-27T17:15", "2026-12-02T17:15"),
        ("medium", "2026-12-25T14:10", "2027-01-04T17:15", "2027-01-07T17:15"),
    ],
)
def test_due(of, at, acknowledge, reply):
    found = answer({"urgency": of, "at": at + ":00+09:00"})
    assert found == {
        "urgency": of,
        "acknowledge_by": acknowledge + ":00+09:00",
        "answer_by": reply + ":00+09:00",
    }


@given(st.datetimes(datetime(2020, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are bare
def test_clocks_run_forward_and_end_in_office_hours(at):
    ends = [due(of, at) for of in LEVELS]
    assert all(at <= acknowledge <= reply for acknowledge, reply in ends)
    assert ends[0][0] - at == timedelta(minutes=urgency.EMERGENCY_MINUTES)
    assert [reply for _, reply in ends] == sorted(reply for _, reply in ends)
    for acknowledge, reply in ends[1:]:
        assert is_business_day(day_of(acknowledge))
        assert f"{in_japan(reply):%H:%M}" == "17:15"


def test_signals_may_be_given_instead():
    found = answer({"signals": ["jobless"], "at": "2026-11-25T14:10:00+09:00"})
    assert found["urgency"] == "high"


@pytest.mark.parametrize(
    "wrong",
    [
        {"urgency": "urgent"},
        {},
        {"urgency": "high", "signals": []},
        {"signals": []},
        {"signals": ["hungry"]},
        {"signals": "no_food"},
        {"urgency": "high", "at": "yesterday"},
    ],
    ids=repr,
)
def test_a_typo_is_an_error(wrong):
    with pytest.raises(ValueError, match=r"\S"):
        answer({"at": "2026-11-25T14:10:00+09:00"} | wrong)


def test_the_numbers_to_give():
    assert [line.number for line in HELPLINES] == ["0120-279-338", "0120-061-338", "0570-064-556"]
