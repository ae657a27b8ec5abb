"""What is proposed and what is not, at which score: the false friends of 名寄せ."""

from datetime import date

import pytest

from portal.rules.matches import PROPOSED_FROM, SIGNS, Entry, compare, score

BORN, HOME, AWAY = date(1970, 1, 1), "豊川野市本町1丁目2番地3", "東野市西町9丁目9番地"
MORI = {
    "name": "森　花子",
    "kana": "モリ　ハナコ",
    "birth": BORN,
    "sex": "2",
    "postcode": "4710000",
    "address": HOME,
    "phones": ("0565-00-0101",),
}
NOWHERE = {"address": None, "phones": ()}


def entry(source="01", **known):
    return Entry(source=source, **{**MORI, **known})


ONE = {
    "the same in two sources": ({}, {}, 100),
    "half-width kana without the long mark": ({"kana": "ﾓﾘ ﾕｰｺ"}, {"kana": "もり　ゆこ"}, 100),
    "written with and without the long vowel": ({"kana": "モリ　ユーコ"}, {"kana": "モリ　ユウコ"}, 90),
    "another character for the same name": ({"name": "髙橋　花子", "kana": None}, {"name": "高橋　花子", "kana": None}, 90),
    "a private character": ({"name": "森\ue000　花子", "kana": None}, {"name": "森下　花子", "kana": None}, 78),
    "married, the same house and telephone": ({"name": "原　花子", "kana": "ハラ　ハナコ"}, {}, 93),
    "married and moved, the same telephone": ({"name": "原　花子", "kana": "ハラ　ハナコ", "address": AWAY}, {}, 61),
    "moved": ({"address": AWAY, "phones": ()}, {}, 71),
    "no birth date in one register": ({"birth": None}, {"phones": ()}, 68),
    "a birth date mistyped": ({"birth": date(1970, 1, 12)}, {"birth": date(1970, 1, 21)}, 78),
    "address in another manner": ({"address": "本町１－２－３"}, {"phones": ()}, 90),
}  # fmt: skip
TWO = {
    "twins": ({"name": "森　一郎", "kana": "モリ　イチロウ"}, {"name": "森　次郎", "kana": "モリ　ジロウ"}),
    "twins, a boy and a girl": ({"name": "森　葵", "kana": "モリ　アオイ", "sex": "1"}, {"name": "森　碧", "kana": "モリ　ミドリ"}),
    "father and son with one telephone": ({"name": "森　健一", "kana": "モリ　ケンイチ"}, {"name": "森　健二", "kana": "モリ　ケンジ", "birth": date(1999, 5, 5)}),
    "father and son of one name": ({}, {"birth": date(1999, 5, 5)}),
    "one name, two places, two birth dates": (NOWHERE | {"address": AWAY}, {"birth": date(1980, 3, 3)}),
    "one name, nothing else known": ({"birth": None} | NOWHERE, {}),
    "strangers of one house": ({}, {"name": "原　次郎", "kana": "ハラ　ジロウ", "birth": date(1980, 3, 3)}),
    "one given name and birth date by chance": ({"name": "原　花子", "kana": "ハラ　ハナコ", "address": AWAY, "phones": ()}, {}),
    "nothing known": (dict.fromkeys(("name", "kana", "birth", "sex", "postcode"), None) | NOWHERE, {}),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE)
def test_proposed(case):
    a, b, least = ONE[case]
    found, signs = score(entry(**a), entry("02", **b))
    assert found >= max(least, PROPOSED_FROM), (found, signs)
    assert (found, signs) == score(entry("02", **b), entry(**a))


@pytest.mark.parametrize("case", TWO)
def test_not_proposed(case):
    a, b = TWO[case]
    found, signs = score(entry(**a), entry("02", **b))
    assert found < PROPOSED_FROM, (found, signs)


def test_twins_with_names_alike_are_proposed_with_a_warning_and_far_down():
    found, signs = score(entry(name="森　勇太", kana="モリ　ユウタ"), entry("02", name="森　勇斗", kana="モリ　ユウト"))
    assert PROPOSED_FROM <= found < 70 and "family" in signs


def test_one_name_and_birth_date_in_two_places_is_a_question_for_the_desk():
    """Two people, or one who moved: lower than anything that an address or a telephone confirms."""
    apart, _ = score(entry(**NOWHERE | {"address": AWAY}), entry("02"))
    assert PROPOSED_FROM <= apart < score(entry(phones=()), entry("02"))[0]


def test_one_source_has_one_number_for_a_person():
    assert score(entry(), entry(**NOWHERE))[0] < score(entry(), entry("02", **NOWHERE))[0]


def test_what_speaks_against_stands_with_what_speaks_for():
    _, signs = score(entry(), entry("02", birth=date(1999, 5, 5)))
    assert {"kana", "other_birth"} <= set(signs) and [SIGNS[code].weight > 0 for code in signs] == sorted(
        (SIGNS[code].weight > 0 for code in signs), reverse=True
    )


def test_compared_field_by_field():
    left, right = (
        entry(phones=()),
        entry("02", name="原　花子", kana="ハラ　ハナコ", birth=date(1970, 1, 10), address="本町1-2-3"),
    )
    assert compare([left], [right]) == {
        "kana": "differ", "name": "differ", "birth": "near", "sex": "same", "postcode": "same", "address": "near", "phones": "one",
    }  # fmt: skip
    assert set(compare([], []).values()) == {"none"}
