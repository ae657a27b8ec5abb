from datetime import date, timedelta

import pytest

from portal.rules import kinds, limitation
from portal.rules.limitation import Event

KINDS = kinds.by_code(kinds.shipped())


@pytest.mark.parametrize(
    ("day", "years", "last"),
    [
        (date(2021, 5, 31), 5, date(2026, 5, 31)),
        (date(2019, 2, 28), 5, date(2024, 2, 29)),
        (date(2020, 2, 29), 5, date(2025, 2, 28)),
        (date(2020, 2, 28), 5, date(2025, 2, 28)),
        (date(2020, 2, 28), 4, date(2024, 2, 28)),
        (date(2022, 2, 28), 2, date(2024, 2, 29)),
        (date(2020, 12, 31), 5, date(2025, 12, 31)),
        (date(9999, 12, 31), 5, date.max),
        (date(9996, 2, 28), 10, date.max),
    ],
)
def test_the_first_day_is_not_counted(day, years, last):
    assert limitation.end_of(day, years) == last


def test_against_counting_month_by_month():
    day = date(2016, 1, 1)
    while day < date(2024, 12, 31):
        for years in (2, 3, 5, 10):
            first = day + timedelta(days=1)
            wanted = date(first.year + years, first.month, min(first.day, 28)) + timedelta(days=max(0, first.day - 28))
            if (first.month, first.day) == (2, 29):
                wanted = date(first.year + years, 3, 1) if wanted.month == 3 else wanted
                wanted = min(wanted, date(first.year + years, 2, 28) + timedelta(days=1))
            assert limitation.end_of(day, years) == wanted - timedelta(days=1), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("code", "due_on", "cause_on", "years"),
    [
        ("201", date(2021, 1, 1), date(2020, 3, 31), 2),
        ("201", date(2021, 1, 1), date(2020, 4, 1), 5),
        ("201", date(2020, 3, 31), None, 2),
        ("201", date(2020, 4, 1), None, 5),
        ("201", date(2020, 3, 31), date(2020, 4, 1), 5),
        ("205", date(2020, 1, 1), None, 3),
        ("206", date(2020, 1, 1), None, 10),
        ("301", date(2020, 1, 1), None, 5),
    ],
)
def test_old_and_new_period(code, due_on, cause_on, years):
    assert limitation.period(KINDS[code][0], due_on, cause_on) == years


def old_public_two_years(kind):
    return limitation.replace(kind, class_="nonenforceable_public", old_period_years=2, new_period_years=5)


def test_the_old_period_is_for_private_claims_only():
    assert limitation.period(old_public_two_years(KINDS["201"][0]), date(2019, 1, 1), None) == 5


DUE = date(2021, 5, 31)


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ([], date(2026, 5, 31)),
        ([("demand", date(2021, 6, 22))], date(2026, 6, 22)),
        ([("demand", date(2021, 6, 22)), ("acknowledgement", date(2023, 3, 10))], date(2028, 3, 10)),
        ([("acknowledgement", date(2023, 3, 10)), ("demand", date(2021, 6, 22))], date(2028, 3, 10)),
        # never shortens
        ([("demand", date(2020, 1, 1))], date(2026, 5, 31)),
        # on the last day still, the day after no more
        ([("acknowledgement", date(2026, 5, 31))], date(2031, 5, 31)),
        ([("acknowledgement", date(2026, 6, 1))], date(2026, 5, 31)),
        # a demand that came too late keeps a later acknowledgement from counting
        ([("demand", date(2026, 6, 1)), ("acknowledgement", date(2026, 6, 2))], date(2026, 5, 31)),
        # a judgment always renews, for ten years, and whatever comes after it runs ten
        ([("judgment", date(2028, 10, 5))], date(2038, 10, 5)),
        ([("judgment", date(2022, 1, 1)), ("acknowledgement", date(2023, 3, 10))], date(2033, 3, 10)),
        ([("acknowledgement", date(2023, 3, 10)), ("judgment", date(2022, 1, 1))], date(2033, 3, 10)),
        ([("acknowledgement", date(2027, 1, 1)), ("judgment", date(2028, 10, 5))], date(2038, 10, 5)),
        ([("judgment", date(2015, 1, 1))], date(2026, 5, 31)),
        ([("judgment", date(2015, 1, 1)), ("demand", date(2021, 6, 22))], date(2031, 6, 22)),
        # on one and the same day
        ([("acknowledgement", date(2023, 3, 10)), ("judgment", date(2023, 3, 10))], date(2033, 3, 10)),
    ],
)
def test_what_moves_the_last_day(events, last):
    assert limitation.last_day(DUE, 5, [Event(*event) for event in events]) == last
