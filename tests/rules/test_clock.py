"""Days and hours are Japan's."""

from datetime import UTC, date, datetime, time

import pytest

from portal.clock import (
    JST,
    business_days_after,
    combine,
    day_of,
    hour_of,
    in_japan,
    is_business_day,
    is_weekend_or_holiday,
)


def test_a_day_begins_at_fifteen_hundred_utc():
    assert day_of(datetime(2026, 11, 24, 14, 59, tzinfo=UTC)) == date(2026, 11, 24)
    assert day_of(datetime(2026, 11, 24, 15, 0, tzinfo=UTC)) == date(2026, 11, 25)


def test_a_bare_hour_belongs_to_no_day():
    with pytest.raises(ValueError, match="時差"):
        in_japan(datetime(2026, 11, 25, 9, 0))  # noqa: DTZ001 - that is the point


def test_combine():
    assert combine(date(2026, 11, 25), "09:30") == datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
    assert combine(date(2026, 11, 25), time(21)) == datetime(2026, 11, 25, 21, tzinfo=JST)


@pytest.mark.parametrize("text", ["9:00", "24:00", "09:60", "0900", "09:00:00", "９：００", "０９:００", "", "ab:cd"])
def test_what_is_no_hour(text):
    with pytest.raises(ValueError, match="時刻"):
        hour_of(text)


@pytest.mark.parametrize(
    ("day", "free"),
    [
        ("2026-11-23", True),  # 勤労感謝の日
        ("2026-11-24", False),
        ("2026-11-28", True),  # Saturday
        ("2026-05-06", True),  # substitute for 憲法記念日 on a Sunday
        ("2026-09-22", True),  # between two holidays (国民の休日)
        ("2026-12-30", False),
    ],
)
def test_weekends_and_holidays(day, free):
    assert is_weekend_or_holiday(date.fromisoformat(day)) is free


@pytest.mark.parametrize("day", ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-03", "2026-11-23"])
def test_the_city_hall_is_closed(day):
    assert not is_business_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        ("2026-11-25", 0, "2026-11-25"),
        ("2026-11-25", 1, "2026-11-26"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-21", 0, "2026-11-24"),  # Saturday, Sunday, holiday
        ("2026-11-20", 1, "2026-11-24"),
        ("2026-12-28", 1, "2027-01-04"),
    ],
)
def test_business_days_after(day, count, found):
    assert business_days_after(date.fromisoformat(day), count) == date.fromisoformat(found)
