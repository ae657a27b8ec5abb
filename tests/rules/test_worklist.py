"""The order of the worklist."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clock import JST, combine, is_weekend_or_holiday
from portal.rules.contact_facts import Hours
from portal.rules.worklist import BANDS, REASONS, Case, answer, best_next, is_varied, rank


def jst(month, day, hour=0, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=JST)


NOW = jst(11, 25, 14, 10)
TWO_TRIES = (jst(11, 17, 10), jst(11, 19, 18))
PLACED = jst(11, 2, 9)
PLAIN = Case(placed_at=PLACED, has_phone=True, balance=50_000, tries=TWO_TRIES, next_at=jst(11, 25, 9))

CASES = {
    "callback_due": (replace(PLAIN, callback_at=jst(11, 25, 16)), 10, jst(11, 25, 16)),
    "callback_overdue": (replace(PLAIN, callback_at=jst(11, 24, 16)), 15, jst(11, 24, 16)),
    "promise_broken": (replace(PLAIN, promised_on=date(2026, 11, 20)), 20, jst(11, 25, 9)),
    "promise_waiting": (replace(PLAIN, promised_on=date(2026, 11, 25)), 20, jst(11, 29)),
    "first_contact": (replace(PLAIN, tries=(), next_at=None), 30, PLACED),
    "other_time": (replace(PLAIN, tries=TWO_TRIES[:1]), 40, jst(11, 25, 9)),
    "limitation_near": (replace(PLAIN, last_day=date(2027, 5, 24)), 45, jst(11, 25, 9)),
    "ordinary": (replace(PLAIN, last_day=date(2027, 5, 25)), 52, jst(11, 25, 9)),
    "no_phone": (replace(PLAIN, has_phone=False, tries=()), 60, jst(11, 25, 9)),
}


@pytest.mark.parametrize("reason", CASES)
def test_place(reason):
    case, band, next_at = CASES[reason]
    place = rank(case, NOW)
    assert (place.reason, place.band, place.next_at) == (reason, band, next_at)


def test_the_order_is_the_citys():
    order = "callback_due callback_overdue promise_broken first_contact other_time limitation_near ordinary no_phone"
    assert [reason for reason in BANDS if reason != "promise_waiting"] == order.split()
    assert [*BANDS.values()] == sorted(BANDS.values())
    assert BANDS.keys() == REASONS.keys() == CASES.keys()


@pytest.mark.parametrize(("balance", "band"), [(300_000, 50), (299_999, 51), (100_000, 51), (30_000, 52), (0, 53)])
def test_ordinary_cases_stand_by_balance(balance, band):
    assert rank(replace(PLAIN, balance=balance), NOW).band == band


def test_a_waiting_promise_keeps_its_place_when_its_grace_is_over():
    """The stored place stays right however late the nightly job is."""
    case = replace(PLAIN, promised_on=date(2026, 11, 25))
    before, after = rank(case, jst(11, 28, 23, 59)), rank(case, jst(11, 29))
    assert (before.reason, after.reason) == ("promise_waiting", "promise_broken")
    assert (before.band, before.next_at) == (after.band, after.next_at)


def test_nobody_comes_due_before_the_contact_rule_allows():
    assert rank(replace(PLAIN, not_before=jst(12, 2, 9)), NOW).next_at == jst(12, 2, 9)
    assert rank(replace(PLAIN, not_before=jst(11, 20, 9)), NOW).next_at == jst(11, 25, 9)


@pytest.mark.parametrize(
    ("tries", "varied"),
    [
        ((), False),
        ((jst(11, 17, 10),), False),
        ((jst(11, 17, 10), jst(11, 24, 18)), False),  # Tuesday twice
        ((jst(11, 17, 10), jst(11, 18, 11)), False),  # mornings
        ((jst(11, 17, 10), jst(11, 18, 11), jst(11, 19, 13)), True),
        ((jst(11, 17, 10), jst(11, 18, 18)), True),
    ],
)
def test_two_tries_on_another_weekday_and_at_another_hour(tries, varied):
    assert is_varied(tries, 2) is varied


def test_the_next_try_is_in_the_evening_of_another_weekday():
    assert best_next([], NOW) == jst(11, 26, 18)
    assert best_next([jst(11, 26, 18)], jst(11, 26, 18), days=7) == jst(12, 4, 14)
    assert best_next([NOW], NOW, days=3) == jst(11, 28, 10)  # Saturday has no evening, and an afternoon was tried


def test_a_contract_without_weekends():
    assert best_next([], jst(11, 27, 10), hours=Hours(weekend=None)) == jst(11, 30, 18)


def test_no_hours_at_all():
    assert best_next([], NOW, hours=Hours(weekday=None, weekend=None)) == NOW + timedelta(days=7)


moments = st.integers(0, 60 * 24 * 30).map(lambda minutes: jst(11, 1) + timedelta(minutes=minutes))


@given(st.lists(moments, max_size=8), moments, st.integers(1, 14))
def test_the_next_try_lies_in_the_hours_and_within_a_week_of_the_day(tries, after, days):
    found = best_next(tries, after, days)
    first = (after + timedelta(days=days)).date()
    assert first <= found.date() < first + timedelta(days=7)
    end = "17:00" if is_weekend_or_holiday(found.date()) else "20:00"
    assert combine(found.date(), "09:00") <= found < combine(found.date(), end)


@given(st.lists(moments, min_size=1, max_size=1), moments)
def test_a_second_try_is_always_another_weekday_and_hour(tries, after):
    assert is_varied([*tries, best_next(tries, after)], 2)


def test_the_answer():
    asked = {
        "now": NOW.isoformat(),
        "placed_at": PLACED.isoformat(),
        "has_phone": True,
        "balance": 50_000,
        "callback_at": "2026-11-25T16:00:00+09:00",
        "last_day": None,
    }
    assert answer(asked) == {"band": 10, "reason": "callback_due", "next_at": "2026-11-25T16:00:00+09:00"}
    for wrong in ({"balance": -1}, {"balance": "1"}, {"has_phone": 1}, {"callback": None}, {"last_day": "soon"}):
        with pytest.raises(ValueError, match=r"\S"):
            answer(asked | wrong)
