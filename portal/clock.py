"""Days and hours are Japan's. An instant always carries its offset; a day or an hour read from one is read in Tokyo."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import jpholiday

JST = ZoneInfo("Asia/Tokyo")
OFFICE_CLOSES = "17:15"


def in_japan(instant: datetime) -> datetime:
    """The same instant on Tokyo's clock. ValueError when it carries no offset: a bare hour belongs to no day."""
    if instant.tzinfo is None:
        raise ValueError(f"日時に時差がありません: {instant.isoformat()}")
    return instant.astimezone(JST)


def day_of(instant: datetime) -> date:
    return in_japan(instant).date()


def hour_of(text: str) -> time:
    """ "HH:MM" -> time. ValueError for anything else, "9:00" and "24:00" included."""
    if len(text) != 5 or text[2] != ":" or not (text[:2] + text[3:]).isdecimal() or not text.isascii():
        raise ValueError(f"時刻はHH:MMで書きます: {text}")
    if not (int(text[:2]) < 24 and int(text[3:]) < 60):
        raise ValueError(f"ない時刻です: {text}")
    return time(int(text[:2]), int(text[3:]))


def combine(day: date, hour: str | time) -> datetime:
    """The instant of "HH:MM" (or a time) on a day in Japan."""
    return datetime.combine(day, hour_of(hour) if isinstance(hour, str) else hour, JST)


@lru_cache(maxsize=4096)  # jpholiday takes 0.1 ms a day; a rule asks for the same days again and again
def is_weekend_or_holiday(day: date) -> bool:
    """Saturday, Sunday, or a holiday of 国民の祝日に関する法律 (substitute holidays included)."""
    return day.weekday() >= 5 or jpholiday.is_holiday(day)


def is_business_day(day: date) -> bool:
    """A day the city hall is open: 地方自治法4条の2 closes weekends, holidays and 29 December to 3 January."""
    return not (is_weekend_or_holiday(day) or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3))


def business_days_after(day: date, count: int) -> date:
    """The count-th business day after `day`; with 0 the day itself, or the next business day when it is none."""
    while not is_business_day(day):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_business_day(day):
            day += timedelta(days=1)
    return day
