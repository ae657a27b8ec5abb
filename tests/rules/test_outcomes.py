"""What follows from a call, for each kind of partner."""

import pytest

from portal.rules import outcomes
from portal.rules.acts import PARTNER_KINDS
from portal.rules.letters import ADDRESS_LOST, KINDS, RETURNED, kinds_for
from portal.rules.outcomes import (
    ASKS,
    DATES,
    OUTCOME_GROUPS,
    OUTCOMES,
    REACHED,
    RESULT_GROUPS,
    RESULTS,
    STEPS,
    follow,
    follow_result,
    outcomes_for,
)
from portal.rules.returns import RETURN_REASONS
from portal.rules.urgency import LEVELS

GIVEN_BACK = {
    "35": "instalments",
    "36": "relief",
    "38": "disputed",
    "39": "limitation",
    "40": "refused",
    "42": "bankruptcy",
    "43": "represented",
    "44": "deceased",
    "48": "contact_refused",
    "51": "violence",
}


def test_the_codes_are_those_of_the_city():
    assert [*RESULTS] == [
        "01",
        "02",
        "03",
        "04",
        "10",
        "11",
        "12",
        "13",
        "14",
        "15",
        "16",
        "17",
        "18",
        "19",
        "20",
        "21",
    ]
    assert [*OUTCOMES] == [str(code) for code in range(31, 53)]


@pytest.mark.parametrize(("table", "groups"), [(RESULTS, RESULT_GROUPS), (OUTCOMES, OUTCOME_GROUPS)])
def test_ten_keys_and_one_level_below(table, groups):
    keys = [row.key for row in table.values()]
    first = [key for key in keys if len(key) == 1]
    assert len(set(keys)) == len(keys)
    assert {*first, *groups} == set("1234567890")
    assert not {*first} & {*groups}
    assert {key[0] for key in keys if len(key) == 2} == {*groups}


@pytest.mark.parametrize("code", OUTCOMES)
def test_a_call_centre_gives_back_what_it_may_not_do(code):
    found = follow("call_centre", code)
    assert found.return_reason == GIVEN_BACK.get(code)
    assert (found.step == "return_to_city") == (code in GIVEN_BACK)
    assert found.hold or code not in GIVEN_BACK


@pytest.mark.parametrize("code", ["35", "36", "38", "39", "40"])
def test_a_law_team_may_go_on(code):
    found = follow("law_team", code)
    assert (found.step, found.return_reason, found.hold) == ("continue", None, False)
    assert found.next_days


@pytest.mark.parametrize("code", ["42", "43", "44", "48"])
def test_a_law_team_stops_for_a_lawyer_a_bankruptcy_a_death_and_a_wish(code):
    found = follow("law_team", code)
    assert (found.step, found.return_reason, found.hold) == ("hold", None, True)


@pytest.mark.parametrize("code", OUTCOMES)
def test_a_servicer_without_a_specified_claim_follows_the_call_centre(code):
    assert follow("servicer", code, servicer_may=False) == follow("call_centre", code)


@pytest.mark.parametrize("code", OUTCOMES)
def test_the_city_returns_nothing_to_itself(code):
    assert follow("city", code).return_reason is None


@pytest.mark.parametrize("kind", PARTNER_KINDS)
def test_hardship_goes_to_welfare_whoever_hears_it(kind):
    assert (follow(kind, "37").step, follow(kind, "37").refer) == ("refer", "high")
    assert (follow(kind, "52").step, follow(kind, "52").refer) == ("refer", "emergency")
    assert follow(kind, "37").hold
    assert follow(kind, "52").supervisor


def test_hanging_up_is_a_refusal():
    assert follow_result("call_centre", "15").return_reason == "refused"
    assert follow_result("law_team", "15").step == "continue"


@pytest.mark.parametrize("code", ["16", "17", "18", "20"])
def test_a_number_that_is_not_theirs_is_retired(code):
    assert follow_result("call_centre", code).retire_number


@pytest.mark.parametrize("code", RESULTS)
def test_who_may_hear_of_a_debt(code):
    """Nothing that speaks of paying, disputing or relief can be written down unless the person or a representative spoke."""
    of_debt = {*map(str, range(31, 41)), "42", "43"}
    heard = {*outcomes_for(code)} & of_debt
    assert bool(heard) == (code in ("01", "04", "15"))


def test_a_voice_is_needed_for_an_outcome():
    assert outcomes_for("01") == tuple(OUTCOMES)
    assert outcomes_for("10") == outcomes_for("12") == outcomes_for("18") == ()
    assert outcomes_for("15") == ("40",)
    assert "44" in outcomes_for("02")


def test_only_talking_with_the_person_is_a_conversation():
    assert [code for code, result in RESULTS.items() if result.talked] == ["01"]


@pytest.mark.parametrize("kind", PARTNER_KINDS)
def test_every_code_has_its_label(kind):
    for found in [*(follow(kind, code) for code in OUTCOMES), *(follow_result(kind, code) for code in RESULTS)]:
        assert found.step in STEPS
        assert found.return_reason is None or found.return_reason in RETURN_REASONS
        assert found.refer is None or found.refer in LEVELS
        assert found.asks is None or found.asks in ASKS
        assert found.date is None or found.date in DATES
    assert {result.reached for result in RESULTS.values()} - {None} == {*REACHED}
    assert all(code in OUTCOMES for codes in outcomes.SAID_BY.values() for code in codes)


@pytest.mark.parametrize("kind", PARTNER_KINDS)
@pytest.mark.parametrize("code", OUTCOMES)
def test_every_case_has_a_next_step(kind, code):
    """Nothing is lost: a case that stays has a day or asks for one; every other one is stopped, referred or returned."""
    found = follow(kind, code)
    assert found.step != "continue" or found.next_days or found.date


def test_a_partner_cannot_write_a_demand():
    assert not any("督促" in label for label in KINDS.values())
    assert kinds_for("call_centre") == ("contact_request", "slip", "reminder", "final_reminder")
    assert kinds_for("law_team") == tuple(KINDS)
    assert RETURNED.keys() >= ADDRESS_LOST


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"partner_kind": "call_centre"}, "result"),
        ({"partner_kind": "call_centre", "result": "01", "outcome": "31"}, "result"),
        ({"partner_kind": "call_centre", "result": "1"}, "result"),
        ({"partner_kind": "call_centre", "outcome": 31}, "outcome"),
        ({"partner_kind": "bank", "outcome": "31"}, "partner_kind"),
        ({"partner_kind": "city", "outcome": "31", "note": ""}, "note"),
    ],
)
def test_a_typo_is_an_error(asked, named):
    with pytest.raises(ValueError, match=named):
        outcomes.answer(asked)


def test_the_answer():
    assert outcomes.answer({"partner_kind": "call_centre", "outcome": "38"})["step"] == "return_to_city"
    assert outcomes.answer({"partner_kind": "call_centre", "result": "17"})["retire_number"] is True
