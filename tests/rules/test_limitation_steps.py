"""時効の計算経過: the worked cases of the rule, step by step."""

from datetime import date

from portal.rules.kinds import by_code, shipped
from portal.rules.limitation import Event
from portal.rules.limitation_steps import steps, years

KINDS = {code: versions[0] for code, versions in by_code(shipped()).items()}
LUNCH = KINDS["201"]


def walk(kind, due_on, known, *events):
    return [(s.kind, s.last_day.isoformat(), s.moved) for s in steps(kind, due_on, known, events)]


def test_due_date_demand_and_part_payment():
    events = Event("acknowledgement", date(2023, 3, 10)), Event("demand", date(2021, 6, 22))
    assert walk(LUNCH, date(2021, 5, 31), date(2028, 3, 10), *events) == [
        ("due", "2026-05-31", True), ("demand", "2026-06-22", True), ("acknowledgement", "2028-03-10", True),
    ]  # fmt: skip


def test_what_comes_after_completion_moves_nothing():
    events = (Event("acknowledgement", date(2027, 1, 1)),)
    assert walk(LUNCH, date(2021, 5, 31), date(2026, 5, 31), *events)[-1] == ("acknowledgement", "2026-05-31", False)


def test_the_old_period_is_found_where_the_cause_is_older_than_the_due_date():
    assert LUNCH.old_period_years == 2
    assert walk(LUNCH, date(2020, 5, 31), date(2022, 5, 31)) == [("due", "2022-05-31", True)]
    assert years(steps(LUNCH, date(2020, 5, 31), date(2022, 5, 31), ())) == 2
    assert years(steps(LUNCH, date(2024, 2, 29), date(2029, 2, 28), ())) == 5


def test_a_last_day_nobody_can_explain_has_no_steps():
    assert walk(LUNCH, date(2021, 5, 31), date(2030, 1, 1)) == walk(LUNCH, date(2021, 5, 31), None) == []
