"""The desk's doors to 関係者."""

import pytest

from tests import cast

MORI, DEBTOR = cast.id_("mori"), cast.id_("mori_debtor")
KNOWN = {
    "name": "加藤　次郎",
    "kana": "カトウ　ジロウ",
    "phone": "0565-00-0102",
    "address": "豊川野市本町2丁目1番地",
    "valid_from": "2024-04-01",
}


def add(client, **known):
    return client.send(f"/persons/{MORI}/related", debtor=str(DEBTOR), relation="guarantor", **(KNOWN | known))


def the_one(admin):
    return f"/related/{admin.execute('select id from city.related').fetchone()[0]}"


def test_entered_changed_ended(as_, admin):
    dan = as_("dan")
    assert "連帯保証人" in dan.get(f"/persons/{MORI}/related/new").text
    page = dan.get(add(dan).location).text
    for words in ("連帯保証人", "加藤", "0565-00-0102", "この方ご自身の債権があります", str(cast.id_("kato"))):
        assert words in page, words
    one = the_one(admin)
    assert "0565-00-0102" in dan.get(one).text
    dan.send(one, **KNOWN | {"phone": "0565-00-0199"})
    assert "0565-00-0199" in dan.get(f"/persons/{MORI}").text
    dan.send(f"{one}/end")
    assert admin.execute("select valid_until from city.related").fetchone() == (cast.TODAY,)


def test_protected(as_, admin):
    dan = as_("dan")
    add(dan)
    one = the_one(admin)
    assert "元には戻りません。" in dan.get(f"{one}/protection").text
    page = dan.get(dan.send(f"{one}/protection").location).text
    assert "加藤" not in page and "支援措置" in page
    assert "新しく登録してください。" in dan.get(one).text
    assert "登録できません。" in dan.get(dan.send(one, **KNOWN).location).text


@pytest.mark.parametrize(("wrong", "words"), [
    ({"name": "", "address": ""}, "氏名か住所のどちらか"), ({"phone": "12"}, "電話番号として読めません"), ({"valid_from": "x"}, ""),
    ({"valid_until": "2020-01-01"}, "始まりの日以後"), ({"relation": "friend"}, ""), ({"debtor": str(cast.id_("kato_debtor"))}, ""),
])  # fmt: skip
def test_refused(as_, admin, wrong, words):
    form = {"debtor": str(DEBTOR), "relation": "guarantor"} | KNOWN | wrong
    answer = as_("dan").send(f"/persons/{MORI}/related", **form)
    assert answer.status_code == 422 and words in answer.text
    assert admin.execute("select count(*) from city.related").fetchone() == (0,)


def test_who_is_not_there(as_):
    dan, nobody = as_("dan"), cast.id_("nobody")
    for path in ("/persons/{}/related/new", "/related/{}", "/related/{}/protection"):
        assert dan.get(path.format(nobody)).status_code == 404
    for path in ("/persons/{}/related", "/related/{}", "/related/{}/end", "/related/{}/protection"):
        assert dan.send(path.format(nobody), **KNOWN).status_code == 404


@pytest.mark.parametrize("who", ["alma", "lena", "wim", "auda", "adi"])
def test_only_the_desk(as_, admin, who):
    add(as_("dan"))
    one, client = the_one(admin), as_(who)
    for path in (f"/persons/{MORI}/related/new", one, f"{one}/protection"):
        assert client.get(path).status_code == 403
    for path in (f"/persons/{MORI}/related", one, f"{one}/end", f"{one}/protection"):
        assert client.send(path, **KNOWN).status_code == 403
