"""The sheet to welfare."""

from dataclasses import replace

import pytest

from portal.rules import hardship
from portal.rules.hardship import BARE, BOXES, DESKS, FAULTS, OUTCOMES, STAGES, WELFARES, Sheet, faults

GOOD = Sheet(
    boxes=("income", "no_food"), words="食べるものがありません", urgency="emergency", consent="none", worst="no_food"
)


def test_sixteen_boxes_as_on_the_standard_form():
    assert len(BOXES) == 16
    assert len(set(BOXES.values())) == 16


def test_a_good_sheet_can_go():
    assert faults(GOOD) == ()
    assert faults(replace(GOOD, consent="oral", consent_scope="福祉の窓口まで")) == ()
    assert faults(replace(GOOD, worst=None)) == ()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"boxes": (), "worst": None}, ("no_box",)),
        ({"boxes": ("income", "hunger"), "worst": None}, ("unknown_box",)),
        ({"worst": "debts"}, ("worst_not_chosen",)),
        ({"words": " 　\n"}, ("no_words",)),
        ({"urgency": "urgent"}, ("unknown_urgency",)),
        ({"consent": ""}, ("unknown_consent",)),
        ({"consent": "written"}, ("no_scope",)),
        ({"consent_scope": "福祉"}, ("scope_without_consent",)),
        ({"boxes": (), "words": ""}, ("no_box", "worst_not_chosen", "no_words")),
    ],
)
def test_faults(changes, found):
    assert faults(replace(GOOD, **changes)) == found
    assert all(code in FAULTS for code in found)


def test_every_outcome_is_a_stage_or_somebodys_to_record():
    assert len(OUTCOMES) == 17
    assert sorted(STAGES + DESKS + WELFARES) == sorted(OUTCOMES)
    assert "resumed" in DESKS


def test_a_partner_learns_three_words_at_most():
    assert BARE.keys() == {"working", "resumed", "withdrawn"}


def test_consent_is_none_oral_or_written():
    assert [*hardship.CONSENT] == ["none", "oral", "written"]
