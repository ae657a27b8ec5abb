"""架電リスト and the case screen: what is seen, by whom, and that it is noted."""

import re

import pytest
from sqlalchemy import event

from portal.db import db
from tests import cast

MORI = cast.id_("mori_north")


@pytest.fixture
def put(admin):
    admin.execute("set session_replication_role = replica")

    def put(case, **values):
        named = ", ".join(f"{name} = %({name})s" for name in values)
        admin.execute(f"update shared.casefile set {named} where id = %(id)s", {"id": cast.id_(case), **values})

    return put


@pytest.fixture
def statements(app):
    """Every statement the pages send from here on."""
    sent = []
    with app.app_context():
        engine = db.engines["partner"]

    def count(connection, cursor, statement, *rest):
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    yield sent
    event.remove(engine, "before_cursor_execute", count)


def numbers(page):
    return re.findall(r"\b1000000\d\b", page.text.split("<main")[1])


def reads(admin):
    rows = admin.execute("select noun, ids, action from audit.event where verb = 'read' order by seq").fetchall()
    return [(noun, set(ids), action) for noun, ids, action in rows]


def test_the_list_shows_ones_own_in_order_with_count_sum_and_reason(as_, put, admin, statements):
    put("kato_north", band=10, reason="callback_due")
    page = as_("alma").get("/cases")
    assert numbers(page) == ["10000002", "10000001", "10000004"]
    assert "全3件・合計70,000円" in page.text
    assert "折返しのお約束" in page.text and "新しく引き渡された方（未連絡）" in page.text
    assert len(statements) <= 12
    assert reads(admin) == [("casefile", {cast.id_(c) for c in ("kato_north", "mori_north", "abe_north")}, "case:list")]
    assert numbers(as_("bo").get("/cases")) == ["10000003"]


def test_parts_and_filters_stand_in_the_address(as_, put):
    put("kato_north", held_at=cast.NOW)
    put("abe_north", next_at="2026-11-25T16:00:00+09:00")
    alma = as_("alma")
    assert numbers(alma.get("/cases")) == ["10000001"]
    assert numbers(alma.get("/cases?show=held")) == ["10000002"]
    assert numbers(alma.get("/cases?show=later")) == ["10000004"]
    assert numbers(alma.get("/cases?show=later&from=50,000")) == []
    assert numbers(alma.get("/cases?reason=first_contact")) == ["10000001"]
    assert alma.get("/cases?show=nonsense&from=abc&reason=x&after=zzz").status_code == 200


def test_the_empty_list_says_from_when(as_, put):
    for case, hour in (("mori_north", 16), ("kato_north", 16), ("abe_north", 17)):
        put(case, next_at=f"2026-11-25T{hour}:00:00+09:00")
    sentence = "いま架電できる方はいません。次は16時に2件です。"
    assert sentence in as_("alma").get("/cases").text
    alma = as_("alma")
    assert alma.send("/cases/next").location == "/cases"
    assert sentence in alma.get("/cases").text


def test_at_night_the_list_is_empty_until_the_morning(as_, november):
    november.move_to("2026-11-25T20:30:00+09:00")
    assert "次は令和8年11月26日（木）9時に3件です。" in as_("alma").get("/cases").text


def test_the_next_is_taken_and_a_colleague_sees_who_has_it(as_):
    taken = as_("alma").send("/cases/next").location
    assert as_("alma").send("/cases/next").location == taken
    assert as_("ann").send("/cases/next").location != taken
    assert "有馬　愛さんが対応中" in as_("ann").get("/cases").text
    page = as_("ann").get(taken).text
    assert "有馬　愛さんが対応中" in page and "発信する" not in page and "送付を記録する" not in page


def test_put_off_gives_the_next(as_):
    alma = as_("alma")
    taken = alma.send("/cases/next").location
    assert "後に回す" in alma.get(taken).text
    assert alma.send(f"{taken}/release").location == "/cases"
    assert alma.send("/cases/next").location != taken


def test_the_screen_has_person_claims_verdict_and_script_and_is_noted(as_, admin, statements):
    page = as_("alma").get(f"/cases/{MORI}")
    for words in ("森　花子様の対応画面", "モリ", "10,000円", "令和8年11月23日（月）まで", "第一小学校　5月分", "いま架電できます", "0565-00-0101",
                  "本日の架電 0回（上限3回）", "この資格ではできないこと", "弁護士法72条"):  # fmt: skip
        assert words in page.text, words
    assert len(statements) <= 12
    assert reads(admin) == [("casefile", {MORI}, "case:show")]


def test_the_identity_stands_before_any_debt_is_named(as_):
    script = as_("alma").get(f"/cases/{MORI}").text.split('class="script"')[1]
    before, after = script.split("本人確認", 1)
    assert "豊川野市" not in before and "学校給食費" not in before and "10,000円" not in before
    assert "学校給食費" in after and "10,000円" in after


def test_the_law_teams_screen_offers_what_a_call_centres_does_not(as_):
    law = as_("lena").get(f"/cases/{cast.id_('abe_law')}").text
    centre = as_("alma").get(f"/cases/{cast.id_('abe_north')}").text
    assert "お支払いのご相談" in law and "お支払いのご相談" not in centre
    assert "支払方法や金額を交渉する" in centre.split("この資格ではできないこと")[1]
    assert "支払方法や金額を交渉する" not in law.split("この資格ではできないこと")[1]
    assert f"/reviews/{cast.id_('abe_law')}" in law and "/reviews/" not in centre


def test_a_person_without_a_telephone(as_, put, admin):
    admin.execute("update shared.contactee set phone1 = null, care = '{聴覚}' where case_id = %s", [MORI])
    page = as_("alma").get(f"/cases/{MORI}").text
    assert "電話なし" in page and "要配慮：聴覚" in page and "発信する" not in page


@pytest.mark.parametrize(("who", "path", "status"), [
    ("lena", "/cases", 403), ("dan", "/cases", 403), ("auda", "/cases", 403), ("dan", f"/cases/{MORI}", 403), ("bo", f"/cases/{MORI}", 404),
    ("alma", f"/cases/{cast.id_('recalled_north')}", 404), ("alma", f"/cases/{cast.id_('nowhere')}", 404), ("alma", "/cases/17", 404),
    ("alma", "/cases/next", 405),
])  # fmt: skip
def test_who_may_not_or_does_not_see(as_, who, path, status):
    assert as_(who).get(path).status_code == status


def test_what_only_posts_may_do(as_):
    assert as_("lena").send("/cases/next").status_code == 403
    assert as_("bo").send(f"/cases/{MORI}/release").status_code == 404
    assert as_("alma").get(f"/cases/{MORI}/release").status_code == 405
    assert as_("alma").post("/cases/next").status_code == 400


@pytest.mark.parametrize(
    ("name", "kana", "shown"),
    [
        ("森　文子", "モリ フミコ", "<ruby>森<rp>（</rp><rt>モリ</rt><rp>）</rp></ruby> <ruby>文子"),
        ("グエン　ティ・ラン", "グエン ティ・ラン", '<span class="name">グエン　ティ・ラン</span>'),
        ("グエン　千尋", "グエン チヒロ", "グエン <ruby>千尋<rp>（</rp><rt>チヒロ</rt>"),
    ],
)
def test_furigana_stands_only_where_it_says_more(app, name, kana, shown):
    assert shown in app.jinja_env.from_string('{% import "ui/kit.html" as ui %}{{ ui.name(name, kana) }}').render(
        name=name, kana=kana
    )
