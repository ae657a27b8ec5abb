import random
import re
import unicodedata

import pytest

from portal.rules import individual_number
from portal.rules.individual_number import held_in, mask, passes

NUMBER = "990362934150"
BROKEN = "990362934151"


def test_the_check_digit():
    assert passes(NUMBER) and passes("469631827746") and passes("9903-6293-4150")
    assert not passes(BROKEN)


def test_one_last_digit_in_ten_passes():
    rest = f"{random.Random(5).randrange(10**11):011d}"
    assert [passes(f"{rest}{last}") for last in range(10)].count(True) == 1


@pytest.mark.parametrize(
    "cell",
    [
        NUMBER, f"番号 {NUMBER} です", f"番号{NUMBER}です", "９９０３６２９３４１５０", "9903-6293-4150", "9903 6293 4150", "9903　6293　4150",
        "9903‐6293‐4150", "9903‑6293‑4150", "9903−6293−4150", "9903ー6293ー4150", "9903ｰ6293ｰ4150", "9903－6293－4150",
        "9903-6293 4150", "９９０３－６２９３－４１５０", f"12,{NUMBER}", f"1-{NUMBER}-2", f"\n{NUMBER}\n", "⑨⑨0362934150",
        "1111-9903-6293-4150", f"{BROKEN} {NUMBER}", "000000000000", "㉑0000000007" if passes("210000000007") else NUMBER,
    ],
)  # fmt: skip
def test_finds_numbers_however_written(cell):
    assert held_in(["", cell, "4600"])


@pytest.mark.parametrize(
    "cell",
    [
        "", BROKEN, f"1{NUMBER}", f"{NUMBER}1", f"{NUMBER}１", "9903--6293-4150", "9903- 6293-4150", "990-362934-150", "99036293-4150",
        "9903-62934150", "9903.6293.4150", "9903/6293/4150", "9903_6293_4150", "9903–6293–4150", "9903—6293—4150", "9903\n6293\n4150",
        "0565-00-1234", "19903-6293-4150", "9903-6293-41501",
    ],
)  # fmt: skip
def test_leaves_other_digits_alone(cell):
    assert not held_in(["", cell, "4600"])


def test_never_joins_two_cells():
    assert not held_in(["99036293", "4150"])
    assert not held_in(["9903", "6293", "4150"])


def test_the_quick_look_misses_no_sign_that_becomes_a_digit():
    signs = (chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000)
    digits = [sign for sign in signs if re.search("[0-9]", unicodedata.normalize("NFKC", sign))]
    assert len(digits) > 100
    missed = [
        sign for sign in digits if not re.fullmatch("[0-9０-９]", sign) and not individual_number._HIDDEN.search(sign)
    ]
    assert missed == []


def test_against_normalising_every_cell():
    seed = random.randrange(10**6)
    print("seed", seed)
    dice = random.Random(seed)
    signs = "0123456789０９①⑩-‐‑−ー－ｰ 　\n字x."
    for _ in range(20000):
        cell = "".join(dice.choice(signs) if dice.random() < 0.3 else dice.choice("0123456789") for _ in range(16))
        runs = individual_number._RUN.findall(unicodedata.normalize("NFKC", cell))
        assert held_in([cell]) == any(map(passes, runs)), cell


def test_masks_every_run_of_twelve():
    assert mask(f"番号 {BROKEN} と９９０３－６２９３－４１５０") == "番号 ************ と**************"
    assert mask("0565-00-1234　字") == "0565-00-1234　字"
    assert mask("①第三小") == "①第三小"
