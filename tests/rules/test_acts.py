"""The licence × act matrix, cell by cell."""

import pytest

from portal.rules import acts

# What DOMAIN's table says, written a second time: allowed, or what happens instead.
EXPECTED = {
    "call_centre": ["yes", "yes", *["return_to_city"] * 5],
    "servicer": ["yes", "yes", "yes", "yes", "propose_to_city", "propose_to_city", "propose_to_city"],
    "law_team": ["yes", "yes", "yes", "yes", "propose_to_city", "yes", "propose_to_city"],
    "city": ["yes"] * 7,
}
CELLS = [(kind, act, cell) for kind, row in EXPECTED.items() for act, cell in zip(acts.ACTS, row, strict=True)]


@pytest.mark.parametrize(("kind", "act", "cell"), CELLS)
def test_every_cell(kind, act, cell):
    found = acts.allowed(kind, act)
    assert (found.allowed, found.instead) == (cell == "yes", None if cell == "yes" else cell)
    assert found.basis


def test_the_matrix_has_no_hole():
    assert acts.MATRIX.keys() == acts.PARTNER_KINDS.keys()
    assert all(row.keys() == acts.ACTS.keys() for row in acts.MATRIX.values())


def test_a_call_centre_that_would_negotiate_gives_the_case_back():
    asked = {"partner_kind": "call_centre", "act": "negotiate"}
    assert acts.answer(asked) == {"allowed": False, "instead": "return_to_city", "basis": "弁護士法72条"}


@pytest.mark.parametrize("act", acts.ACTS)
def test_a_servicer_without_a_specified_claim_is_a_call_centre(act):
    assert acts.allowed("servicer", act, servicer_may=False).allowed == acts.allowed("call_centre", act).allowed


def test_only_the_city_decides():
    for act in ("agree_instalments", "decide_relief"):
        assert [kind for kind in acts.PARTNER_KINDS if acts.allowed(kind, act).allowed] == ["city"]


def test_what_a_screen_may_offer():
    assert acts.permitted("call_centre") == ("inform", "record_wish")
    assert acts.permitted("servicer", servicer_may=False) == ("inform", "record_wish")
    assert "negotiate" in acts.permitted("law_team")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"partner_kind": "call_center", "act": "inform"}, "partner_kind"),
        ({"partner_kind": "city", "act": "Inform"}, "act"),
        ({"partner_kind": "city"}, "act"),
        ({"partner_kind": "city", "act": "inform", "claim": "201"}, "claim"),
        ({"partner_kind": "servicer", "act": "inform", "servicer_may": "yes"}, "servicer_may"),
        ({"partner_kind": ["city"], "act": "inform"}, "partner_kind"),
        (["city", "inform"], "質問"),
        (None, "質問"),
    ],
)
def test_a_typo_is_an_error_that_names_it(asked, named):
    with pytest.raises(ValueError, match=named):
        acts.answer(asked)
