"""Each reason alone, the boundaries of days and years, and the order in which a person reads them."""

import uuid
from dataclasses import replace
from datetime import date

import pytest

from portal.rules.placeability import LABELS, Facts, Target, is_current, reasons, year_start

TODAY = date(2026, 11, 25)
GOOD = Facts(
    accepted=True, reasons=frozenset(), class_="private", fiscal_year="2025", due_on=date(2025, 6, 30), last_day=date(2030, 7, 24),
    balance=4_600, entrusted=True, call_centre=True, servicer=False, named=True, protected=False, flags=frozenset(), held=False,
    placed=False, person_placed=False,
)  # fmt: skip
CENTRE, SERVICER, LAWYERS = (Target(kind, TODAY) for kind in ("call_centre", "servicer", "law_team"))


def test_nothing_speaks_against_a_good_claim():
    assert reasons(GOOD, CENTRE) == reasons(GOOD, LAWYERS) == ()


@pytest.mark.parametrize(("changes", "found"), [
    ({"balance": 0}, "paid"), ({"fiscal_year": "2026"}, "current_year"), ({"entrusted": False}, "kind_not_entrusted"),
    ({"call_centre": False}, "kind_not_for_partner"), ({"named": False}, "nameless"), ({"held": True}, "held"),
    ({"protected": True, "named": False}, "protected_address"), ({"placed": True, "person_placed": True}, "placed"),
    ({"person_placed": True}, "person_placed"), ({"accepted": False, "reasons": frozenset({"disputed"})}, "disputed"),
    ({"accepted": False}, "not_accepted"), ({"accepted": False, "reasons": frozenset({"of_tomorrow"})}, "not_accepted"),
    ({"flags": frozenset({"deceased"})}, "deceased"), ({"last_day": date(2026, 11, 24)}, "lawyers_only"),
    ({"last_day": date(2026, 11, 24), "class_": "nonenforceable_public"}, "time_barred"),
])  # fmt: skip
def test_each_reason_alone(changes, found):
    assert reasons(replace(GOOD, **changes), CENTRE) == (found,)


@pytest.mark.parametrize("changes", [
    {"last_day": TODAY}, {"last_day": TODAY, "class_": "nonenforceable_public"}, {"flags": frozenset({"disputed", "hearing"})},
])  # fmt: skip
def test_what_does_not_stand_against_it(changes):
    assert reasons(replace(GOOD, **changes), CENTRE) == ()


def test_a_private_claim_past_its_period_goes_to_lawyers_only():
    passed = replace(GOOD, last_day=date(2020, 1, 1))
    assert reasons(passed, LAWYERS) == ()
    assert reasons(passed, SERVICER) == ("lawyers_only", "kind_not_for_partner")


@pytest.mark.parametrize(("year", "due_on", "today", "current"), [
    ("2026", date(2024, 1, 1), date(2027, 3, 31), True), ("2026", date(2024, 1, 1), date(2027, 4, 1), False),
    ("", date(2026, 4, 1), TODAY, True), ("", date(2026, 3, 31), TODAY, False), ("R08", date(2026, 3, 31), TODAY, False),
    ("２０２７", date(2026, 3, 31), TODAY, False), ("20255", date(2026, 5, 1), TODAY, True),
])  # fmt: skip
def test_the_running_fiscal_year(year, due_on, today, current):
    assert is_current(year, due_on, today) is current


def test_a_fiscal_year_begins_in_april():
    assert (year_start(date(2027, 3, 31)), year_start(date(2027, 4, 1))) == (date(2026, 4, 1), date(2027, 4, 1))


@pytest.mark.parametrize(("kind", "beside", "lane"), [
    ("law_team", True, "beside"), ("law_team", False, "sole"), ("call_centre", True, "sole"), ("servicer", True, "sole"),
])  # fmt: skip
def test_only_a_law_team_runs_beside(kind, beside, lane):
    assert Target(kind, TODAY, beside).lane == lane


def test_every_reason_has_japanese_words():
    assert all(any(ord(letter) > 0x3000 for letter in label) for label in LABELS.values())


CHECKED = Target("law_team", TODAY, checked_for=uuid.UUID(int=1))


@pytest.mark.parametrize(("to", "answer", "found"), [
    (CHECKED, None, ("conflict_unchecked",)), (CHECKED, "clear", ()), (CHECKED, "conflict", ("conflict",)),
    (LAWYERS, None, ()), (LAWYERS, "conflict", ()), (replace(CHECKED, planned=True), None, ()),
    (replace(CHECKED, planned=True), "conflict", ("conflict",)),
])  # fmt: skip
def test_a_contract_may_demand_that_names_are_looked_up_first(to, answer, found):
    assert reasons(replace(GOOD, conflict=answer), to) == found


def test_an_answer_stands_for_ninety_days():
    assert CHECKED.answers_since == date(2026, 8, 27)
