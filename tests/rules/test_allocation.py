"""Everybody once, shares within one person in every stratum, the same seed the same people, another seed others."""

import random
import uuid
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.allocation import (
    AGES,
    TIERS,
    Candidate,
    Cell,
    Rules,
    age,
    allot,
    portfolio,
    tier,
)
from portal.rules.claim_groups import GROUPS

TODAY = date(2026, 11, 25)
NORTH, SOUTH, LAW = (uuid.UUID(int=n) for n in (1, 2, 3))
BOTH = frozenset({NORTH, SOUTH})
EVERY = BOTH | {LAW}


def person(n, group="child", balance=90_000, due=date(2024, 6, 30), suits=EVERY):
    return Candidate(f"01:{n:010d}", group, balance, due, frozenset(suits))


people = st.lists(
    st.builds(
        Candidate,
        key=st.integers(0, 10**9).map(lambda n: f"01:{n:010d}"),
        group=st.sampled_from(list(GROUPS)),
        balance=st.sampled_from([1_000, 49_999, 50_000, 300_000, 300_001, 5_000_000]),
        oldest_due=st.dates(date(2015, 1, 1), TODAY),
        suits=st.frozensets(st.sampled_from([NORTH, SOUTH, LAW])),
    ),
    max_size=80,
    unique_by=lambda p: p.key,
)
contracts = st.sampled_from([NORTH, SOUTH, LAW])
some_rules = st.builds(
    Rules,
    shares=st.dictionaries(contracts, st.integers(0, 100)),
    groups=st.dictionaries(st.sampled_from(list(GROUPS)), contracts, max_size=2),
    tiers=st.dictionaries(st.sampled_from(list(TIERS)), contracts, max_size=2),
    ages=st.dictionaries(st.sampled_from(list(AGES)), contracts, max_size=2),
    draw=st.sampled_from(["random", "order"]),
)


@given(people, some_rules, st.integers(0, 10**6))
def test_everybody_once_and_nobody_where_they_may_not_go(found, rules, seed):
    allotted, named = allot(found, rules, seed, TODAY), set(rules.contracts)
    for one in found:
        assert (one.key in allotted) == bool(one.suits & named)
        assert one.key not in allotted or allotted[one.key] in one.suits & named
    shuffled = random.Random(seed).sample(found, len(found))
    assert allot(shuffled, rules, seed, TODAY) == allotted


@given(people, st.integers(1, 99), st.integers(1, 99), st.integers(1, 99), st.integers(0, 10**6))
def test_shares_are_kept_within_one_person_in_every_stratum(found, north, south, law, seed):
    rules = Rules(shares={NORTH: north, SOUTH: south, LAW: law})
    allotted = allot(found, rules, seed, TODAY)
    strata = Counter((p.group, tier(p.balance, rules.bounds), p.suits) for p in found if p.suits)
    got = Counter((p.group, tier(p.balance, rules.bounds), p.suits, allotted[p.key]) for p in found if p.suits)
    for (group, band, suits), size in strata.items():
        weights = sum(rules.shares[to] for to in suits)
        for to in suits:
            assert abs(got[group, band, suits, to] - size * rules.shares[to] / weights) < 1


def test_many_small_strata_do_not_all_fall_to_the_larger_share():
    """Eight groups and three tiers of one person each: rounding alone would give all 24 to the one with 60 %."""
    found = [person(n, group, balance) for n, (group, balance) in enumerate(
        (group, balance) for group in GROUPS for balance in (1_000, 100_000, 900_000))]  # fmt: skip
    counts = Counter(allot(found, Rules(shares={NORTH: 60, SOUTH: 40}), 7, TODAY).values())
    assert abs(counts[NORTH] - 24 * 0.6) <= 1


def test_the_same_seed_the_same_people_another_seed_others():
    found, rules = [person(n) for n in range(200)], Rules(shares={NORTH: 1, SOUTH: 1})
    first = allot(found, rules, 11, TODAY)
    assert allot(found, rules, 11, TODAY) == first != allot(found, rules, 12, TODAY)
    assert Counter(first.values()) == {NORTH: 100, SOUTH: 100}


def test_chance_does_not_hang_on_the_contracts_ids():
    """The same ledger in a city founded anew: other ids, the same people to the first and to the second contract."""
    found, others = [person(n, suits=BOTH) for n in range(50)], (uuid.UUID(int=900), uuid.UUID(int=800))
    renamed = [replace(p, suits=frozenset(others)) for p in found]
    first = allot(found, Rules(shares={NORTH: 3, SOUTH: 2}), 5, TODAY)
    again = allot(renamed, Rules(shares=dict(zip(others, (3, 2), strict=True))), 5, TODAY)
    assert {k: (NORTH, SOUTH).index(v) for k, v in first.items()} == {k: others.index(v) for k, v in again.items()}


def test_the_first_rule_that_suits_decides():
    rules = Rules(shares={NORTH: 1}, groups={"housing": LAW}, tiers={"high": SOUTH}, ages={"over": LAW})
    asked = {
        "by group": (person(1, "housing", 900_000), LAW),
        "the group's contract does not suit, the tier's does": (person(2, "housing", 900_000, suits=BOTH), SOUTH),
        "by tier": (person(3, "child", 900_000), SOUTH),
        "by age": (person(4, due=date(2019, 1, 1)), LAW),
        "by share": (person(5), NORTH),
        "no share suits, a named contract does": (person(6, suits={LAW}), LAW),
    }
    allotted = allot([p for p, _ in asked.values()], rules, 1, TODAY)
    assert {name: allotted[p.key] for name, (p, _) in asked.items()} == {name: to for name, (_, to) in asked.items()}
    assert allot([person(7, suits=())], rules, 1, TODAY) == {}


def test_in_the_order_of_numbers_people_alternate():
    rules = Rules(shares={NORTH: 1, SOUTH: 1}, draw="order")
    allotted = allot([person(n) for n in range(6)], rules, 1, TODAY)
    assert [allotted[key] for key in sorted(allotted)] == [NORTH, SOUTH] * 3


@pytest.mark.parametrize(
    ("yen", "code"), [(0, "low"), (49_999, "low"), (50_000, "middle"), (300_000, "middle"), (300_001, "high")]
)
def test_tiers(yen, code):
    assert tier(yen, (50_000, 300_000)) == code


@pytest.mark.parametrize(("due", "code"), [
    (date(2025, 11, 26), "y1"), (date(2025, 11, 25), "y3"), (date(2023, 11, 26), "y3"), (date(2023, 11, 25), "y5"),
    (date(2021, 11, 26), "y5"), (date(2021, 11, 25), "over"), (date(2024, 2, 29), "y3"),
])  # fmt: skip
def test_ages(due, code):
    assert age(due, TODAY) == code


def test_a_portfolio_sums_its_cells():
    made = portfolio([Cell("child", "low", 3, 5, 90_000, 3 * 365, 1), Cell("housing", "low", 1, 2, 10_000, 365, 1)])
    assert (made.persons, made.claims, made.balance, made.groups, made.tiers) == (
        4,
        7,
        100_000,
        {"child": 3, "housing": 1},
        {"low": 4},
    )
    assert (round(made.years, 2), made.phones) == (1.0, 0.5)
    assert portfolio([]).years is None


def test_what_a_plan_keeps_of_its_rules():
    rules = Rules(shares={NORTH: 60, SOUTH: 40, LAW: 0}, groups={"housing": LAW})
    assert rules.written() == [
        {"by": "group", "to": {"housing": str(LAW)}},
        {"by": "share", "to": {str(NORTH): 60, str(SOUTH): 40}, "bounds": [50_000, 300_000], "draw": "random"},
    ]
    assert rules.contracts == (LAW, NORTH, SOUTH)
