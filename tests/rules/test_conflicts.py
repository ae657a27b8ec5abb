"""What a law team writes into its file, and the rows of kana."""

import pytest

from portal.rules.conflicts import KANA, RESULTS, WRITTEN, kana_range, read


@pytest.mark.parametrize(("cell", "result"), [
    ("なし", "clear"), ("該当 なし", "clear"), ("該当", "conflict"), ("有り", "conflict"), ("○", "conflict"), ("×", "clear"), ("", None),
    ("たぶん", None), ("該当なしのはず", None),
])  # fmt: skip
def test_what_is_written(cell, result):
    assert read(cell) == result


def test_no_word_means_both():
    assert not WRITTEN["clear"] & WRITTEN["conflict"] and WRITTEN.keys() == RESULTS.keys()


@pytest.mark.parametrize(("kana", "row"), [
    ("アベ", "ア"), ("オオ", "ア"), ("ガッコウ", "カ"), ("ヅカ", "タ"), ("パーク", "ハ"), ("ョウ", "ヤ"), ("ワダ", "ワ"), ("ヴァン", "ワ"),
])  # fmt: skip
def test_every_name_stands_in_one_row(kana, row):
    assert [sign for sign in KANA if kana_range(sign)[0] <= kana < kana_range(sign)[1]] == [row]


def test_no_such_row():
    with pytest.raises(ValueError, match="not in"):
        kana_range("ン")
