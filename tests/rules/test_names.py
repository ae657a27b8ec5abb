"""The same name written in two ways is the same text, in Python as in PostgreSQL."""

import random

import pytest

from portal.rules import names


@pytest.mark.parametrize(("one", "other"), [
    ("ﾜﾀﾅﾍﾞ ｼｮｰｺ", "わたなべ　しょこ"), ("モリ　ハナコ", "もりはなこ"), ("ヂュン", "チユン"), ("Maria", "ＭＡＲＩＡ"), ("ヴァン", "ウアン"),
])  # fmt: skip
def test_kana(one, other):
    assert names.kana(one) == names.kana(other) != ""


@pytest.mark.parametrize(("one", "other"), [("モリ", "ナガモリ"), ("オオノ", "オノ"), ("ユウコ", "ユコ")])
def test_kana_that_differs(one, other):
    assert names.kana(one) != names.kana(other)


@pytest.mark.parametrize(
    ("one", "other"), [("髙橋　花子", "高橋花子"), ("渡邉 𠮷男", "渡辺吉男"), ("葛\U000e0100城", "葛城")]
)
def test_written(one, other):
    assert names.name(one) == names.name(other)


@pytest.mark.parametrize(("written", "digits"), [
    ("0565-00-0101", "0565000101"), ("+81 565 00 0101", "0565000101"), ("０５６５（００）０１０１", "0565000101"), ("", ""), (None, ""),
])  # fmt: skip
def test_phone(written, digits):
    assert names.phone(written) == digits


@pytest.mark.parametrize(("one", "other"), [
    ("豊川野市本町一丁目２番地３", "豊川野市本町1-2-3"), ("本町１丁目２番３号", "本町 1－2－3"), ("大字北100番地の2", "大字北100-2"),
])  # fmt: skip
def test_address(one, other):
    assert names.address(one) == names.address(other)


def test_a_town_called_one_is_not_a_number():
    assert names.address("一番町2丁目3") == "一-町2-3" or "一" in names.address("一番町2丁目3")


def test_parts():
    assert names.parts("森　花子") == ("森", "花子")
    assert names.parts("森花子") == ("森花子", "")


def test_postgresql_folds_alike(admin):
    seed = random.randrange(1 << 30)
    print("SEED", seed)
    luck = random.Random(seed)
    signs = names.KANA[0] + names.NAME[0] + "ｱｶﾞﾊﾟｰ亜花　abcＡ０９+-（）\ue000"
    texts = ["".join(luck.choices(signs, k=luck.randint(1, 12))) for _ in range(500)]
    texts += ["+81565000101", "0565-00-0101", "ﾓﾘ ﾊﾅｺ", "髙橋　花子"]
    person = admin.execute("insert into city.person (id) values (gen_random_uuid()) returning id").fetchone()[0]
    with admin.cursor() as cursor:
        cursor.executemany(
            "insert into city.debtor (id, person_id, source, number, kana, name, phone1)"
            " values (gen_random_uuid(), %s, '88', %s, %s, %s, %s)",
            [(person, str(n), text, text, text) for n, text in enumerate(texts)],
        )
    rows = admin.execute(
        "select kana, kana_key, name_key, phone1_key from city.debtor where source = '88' order by number::int"
    )
    for written, kana, name, phone in rows:
        assert (kana, name) == (names.kana(written), names.name(written))
        if written.startswith(("+81", "0565")):
            assert phone == names.phone(written)[::-1]
