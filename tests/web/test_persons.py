"""The desk's doors to one human being."""

import pytest

from tests import cast

ABE, PROTECTED = cast.id_("abe"), cast.id_("protected")


def test_found_by_number(as_):
    dan = as_("dan")
    assert dan.get("/persons/search").status_code == 200
    assert dan.send("/persons/search", number=" 0000000004 ").location == f"/persons/{ABE}"
    assert "当てはまる方はいません。" in dan.send("/persons/search", number="4").text
    assert dan.send("/persons/search", number="").status_code == 422


def test_two_sources_may_share_a_number(as_, admin):
    admin.execute(
        "update city.debtor set source = '02', number = '0000000004' where person_id = %s", [cast.id_("mori")]
    )
    page = as_("dan").send("/persons/search", number="0000000004")
    assert page.status_code == 200 and str(ABE) in page.text and str(cast.id_("mori")) in page.text


def test_the_page_of_a_person(as_, admin):
    page = as_("dan").get(f"/persons/{ABE}").text
    for words in (
        "阿部",
        "0000000004",
        "学校給食費",
        "北コールセンター",
        "中央弁護士チーム",
        "種別ごとの残高",
        "令和11年7月24日",
        "委託中",
    ):
        assert words in page
    read = admin.execute(
        "select count(*) from audit.event where verb = 'read' and noun = 'person' and %s = any(ids)", [ABE]
    )
    assert read.fetchone() == (1,)


def test_contact_is_stopped_for_every_partner(as_, admin):
    dan = as_("dan")
    assert dan.send(f"/persons/{ABE}/holds").status_code == 302
    page = dan.get(f"/persons/{ABE}").text
    assert "債権管理課による停止" in page and "段田" in page
    assert admin.execute("select count(*) from shared.casefile where held_at is not null").fetchone() == (2,)


def test_protected_on_one_confirmed_page(as_, admin):
    dan = as_("dan")
    assert "2件" in dan.get(f"/persons/{ABE}/protection").text
    assert dan.send(f"/persons/{ABE}/protection").status_code == 302
    page = dan.get(f"/persons/{ABE}").text
    assert "委託中の2件を引き揚げました" in page and "阿部" not in page
    page = dan.get(dan.send(f"/persons/{ABE}/protection").location).text
    assert "すでに支援措置の対象です。" in page
    assert "（氏名なし）" in page and "（氏名なし）様" not in page
    assert as_("alma").get(f"/cases/{cast.id_('abe_north')}").status_code == 404


def test_lifted_by_two(as_, admin):
    dan, dora = as_("dan"), as_("dora")
    home = f"/persons/{PROTECTED}"
    assert dan.send(f"{home}/protection/requests", reason="").status_code == 422
    dan.send(f"{home}/protection/requests", reason="本人の申出")
    assert "ご自身の申出のため" in dan.get(home).text
    request = admin.execute("select id from city.approval").fetchone()[0]
    dan.send(f"/approvals/{request}/decision", answer="approve")
    assert "別の職員が承認します" in dan.get(home).text
    dan.send(f"{home}/protection/end")
    assert "別の職員の承認が必要です" in dan.get(home).text
    assert "承認する" in dora.get(home).text
    assert dora.send(f"/approvals/{request}/decision", answer="perhaps").status_code == 400
    dora.send(f"/approvals/{request}/decision", answer="approve")
    assert "支援措置を解除する" in dora.get(home).text
    dora.send(f"{home}/protection/end")
    assert "次の台帳の取込みで戻ります" in dora.get(home).text
    assert admin.execute("select protected from city.debtor where person_id = %s", [PROTECTED]).fetchone() == (False,)


def test_refused_by_the_second(as_, admin):
    as_("dan").send(f"/persons/{PROTECTED}/protection/requests", reason="本人の申出")
    request = admin.execute("select id from city.approval").fetchone()[0]
    as_("dora").send(f"/approvals/{request}/decision", answer="refuse")
    assert "不承認" in as_("dan").get(f"/persons/{PROTECTED}").text
    dora = as_("dora")
    assert (
        "すでに回答済みです。" in dora.get(dora.send(f"/approvals/{request}/decision", answer="approve").location).text
    )


PATHS = ("/persons/{}/holds", "/persons/{}/protection", "/persons/{}/protection/requests", "/persons/{}/protection/end")


def test_who_is_not_there(as_):
    dan, nobody = as_("dan"), cast.id_("nobody")
    for path in ("/persons/{}", "/persons/{}/protection"):
        assert dan.get(path.format(nobody)).status_code == 404
    for path in (*PATHS, "/approvals/{}/decision"):
        assert dan.send(path.format(nobody), reason="x", answer="approve").status_code == 404


@pytest.mark.parametrize("who", ["alma", "sora", "lena", "wim", "auda", "adi"])
def test_only_the_desk(as_, who):
    client = as_(who)
    for path in ("/persons/search", "/persons/{}", "/persons/{}/protection"):
        assert client.get(path.format(ABE)).status_code == 403
    for path in (*PATHS, "/persons/search", "/approvals/{}/decision"):
        assert client.send(path.format(ABE), reason="x", number="1", answer="approve").status_code == 403


@pytest.mark.parametrize("asked", [
    {"kana": "ｱﾍﾞ"}, {"name": "阿部"}, {"name": "四郎"}, {"phone": "0104"}, {"birth": "1970-01-04"}, {"kana": "あ", "birth": "1970-01-04"},
])  # fmt: skip
def test_found_by_what_is_known(as_, asked):
    assert as_("dan").send("/persons/search", **asked).location == f"/persons/{ABE}"


@pytest.mark.parametrize(("asked", "words"), [
    ({"source": "01"}, "宛名番号、氏名、電話番号、生年月日のどれか"), ({"phone": "104"}, "末尾の4桁以上"), ({"kana": "　"}, "どれか"),
    ({"birth": "昭和"}, ""), ({"name": "あ" * 51}, "50文字以内"), ({"phone": "ab"}, "末尾の4桁以上"),
])  # fmt: skip
def test_searches_that_say_too_little(as_, asked, words):
    answer = as_("dan").send("/persons/search", **asked)
    assert answer.status_code == 422 and words in answer.text


def test_several_found_and_nothing_in_the_address(as_, admin):
    admin.execute("update city.debtor set kana = 'モリ　ヨシコ' where person_id = %s", [cast.id_("kato")])
    answer = as_("dan").send("/persons/search", kana="もり")
    page = answer.text
    assert answer.status_code == 200 and "森" in page and "加藤" in page and "全2件" in page and "委託中" in page
    assert "?kana" not in page
    read = admin.execute("select ids from audit.event where verb = 'read' and action = 'person:find'").fetchone()
    assert set(read[0]) == {cast.id_("mori"), cast.id_("kato")}


def test_the_next_page_is_posted(as_, admin):
    for n in range(60):
        admin.execute(
            "with p as (insert into city.person (id) values (gen_random_uuid()) returning id) insert into city.debtor"
            " (id, person_id, source, number, name, kana) select gen_random_uuid(), id, '07', %s, '試　験', 'シケン　' || %s from p",
            [str(n), str(n)],
        )
    dan = as_("dan")
    page = dan.send("/persons/search", kana="シケン").text
    assert page.count("本人の画面") == 50 and "全60件" in page
    value = lambda name: page.split(f'name="{name}" value="')[1].split('"')[0]  # noqa: E731
    page = dan.send("/persons/search", kana="シケン", after_kana=value("after_kana"), after_id=value("after_id")).text
    assert page.count("本人の画面") == 10 and "最初から" in page
    assert dan.send("/persons/search", kana="シケン", after_kana="x", after_id="nonsense").status_code == 200


def test_all_numbers_and_sums_on_one_page(as_, admin):
    """Two sources, two kinds, a current and a former year."""
    admin.execute("update city.debtor set person_id = %s, source = '03' where person_id = %s", [ABE, cast.id_("free")])
    admin.execute(
        "update city.receivable set fiscal_year = '2026', kind_code = '206' where id = %s",
        [cast.id_("free_receivable")],
    )
    page = as_("dan").get(f"/persons/{ABE}").text
    for words in (
        "01-0000000004",
        "03-0000000009",
        "40,000円",
        "90,000円",
        "130,000円",
        "現年度",
        "滞納繰越",
        "奨学金貸付金",
    ):
        assert words in page, words
