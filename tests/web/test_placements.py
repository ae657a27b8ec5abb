"""The desk's doors to the hand-over: choose, confirm, hand over, look, recall."""

import pytest

from tests import cast, stock

HARA, MORI = cast.id_("free"), cast.id_("mori_north")
DECISION = {"decision_no": "債管第200号", "decided_on": "2026-11-25"}
NORTH = {"engagement": str(cast.id_("north_contract"))}
ONE = {"claims": 1, "persons": 1, "yen": 90_000}


def count(admin):
    return admin.execute("select count(*) from city.placement").fetchone()[0]


def test_chosen_confirmed_handed_over(as_, admin):
    """Two of the cast are free: 原, and 林 whose file came back."""
    dan = as_("dan")
    page = dan.get("/placements/new", query_string=NORTH)
    assert "原" in page.text and "全2名・2件・合計160,000円" in page.text
    confirm = dan.send("/placements/confirmation", **NORTH, person=str(HARA))
    assert confirm.status_code == 200 and "90,000円" in confirm.text and "学校給食費" in confirm.text
    before = count(admin)
    answer = dan.send("/placements", **NORTH, **DECISION, **ONE, person=str(HARA))
    assert answer.status_code == 302
    listed = dan.get(answer.location)
    assert "北コールセンターへ1名・1件・90,000円を引き渡しました" in listed.text and "原" in listed.text
    assert count(admin) == before + 1


def test_all_that_the_conditions_find(as_, admin):
    stock.fill(admin, 5, persons=120, plain=True)
    dan = as_("dan")
    page = dan.get("/placements/new", query_string=NORTH | {"kind": "301", "size": "25"})
    claims = int(page.text.split("この条件の全")[1].split("件")[0].replace(",", ""))
    yen, persons = admin.execute("select sum(balance), count(distinct person_id) from city.receivable r join city.debtor d on"
                                 " d.id = r.debtor_id where kind_code = '301'").fetchone()  # fmt: skip
    shown = {"claims": claims, "persons": persons, "yen": int(yen)}
    confirm = dan.send("/placements/confirmation", **NORTH, kind="301", all="1")
    assert f"{persons:,}名・{claims:,}件" in confirm.text
    assert dan.send("/placements", **NORTH, **DECISION, **shown, kind="301", all="1").status_code == 302
    made = admin.execute("select cases, claims, total from city.entrustment order by at desc limit 1").fetchone()
    assert made == (persons, claims, yen)


def test_pages_follow_each_other(as_, admin):
    stock.fill(admin, 5, persons=60, plain=True)
    dan, seen, address = as_("dan"), [], "/placements/new"
    while address:
        page = dan.get(address).text
        seen += [part.split('"')[0] for part in page.split('name="person" value="')[1:]]
        address = (
            page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else None
        )
    assert len(seen) == len(set(seen)) == 62


def test_fiscal_years_at_a_touch(as_):
    dan = as_("dan")
    assert "令和6年度" in dan.get("/placements/new").text
    assert "全2名" in dan.get("/placements/new", query_string=NORTH | {"fiscal_year": "2024"}).text
    assert "引き渡せる債権はありません" in dan.get("/placements/new", query_string=NORTH | {"fiscal_year": "2023"}).text


def test_that_no_letter_went_out_is_said_and_where_the_city_demands_one_a_reason_is_kept(as_, admin):
    dan = as_("dan")
    assert "委託予告は送られていません" in dan.send("/placements/confirmation", **NORTH, person=str(HARA)).text
    admin.execute("insert into shared.setting (id, name, valid_from, value, audience) values"
                  " (gen_random_uuid(), 'placement_notice_required', '2026-04-01', '1', 'city')")  # fmt: skip
    assert "委託予告を送らない理由" in dan.send("/placements/confirmation", **NORTH, person=str(HARA)).text
    sent = {**NORTH, **DECISION, **ONE, "person": str(HARA)}
    refused = dan.send("/placements", **sent)
    assert refused.status_code == 422 and "引き渡す理由を入力してください" in refused.text
    assert dan.send("/placements", **sent, no_notice="本人の希望による").status_code == 302
    assert admin.execute("select no_notice from city.entrustment order by at desc limit 1").fetchone() == (
        "本人の希望による",
    )


@pytest.mark.parametrize("query", [
    "least=x", "least=-1", "due_before=2026-02-30", "engagement=nobody", "kind=999", "group=x", "phone=7", "after=%00", "least=９,０００",
])  # fmt: skip
def test_a_strange_condition_is_said_or_left_out(as_, query):
    assert as_("dan").get(f"/placements/new?{query}").status_code == 200


def test_nobody_ticked(as_, admin):
    answer = as_("dan").send("/placements/confirmation", **NORTH)
    assert answer.status_code == 302 and answer.location.startswith("/placements/new")


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"decision_no": ""}, "起案番号を入力してください。"), ({"decided_on": "2026-11-26"}, "決裁日が今日より後です。"),
    ({"decided_on": "きのう"}, "引渡しの確認"), ({"claims": 0}, "確認の後に対象が増えました。"),
    ({"person": str(cast.id_("mori"))}, "引き渡せる債権がありません。"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_placed(as_, admin, changes, sentence):
    before = count(admin)
    answer = as_("dan").send("/placements", **{**NORTH, **DECISION, **ONE, "person": str(HARA), **changes})
    assert answer.status_code == 422 and sentence in answer.text
    assert count(admin) == before


def test_a_bad_id_is_a_page_out_of_order(as_):
    assert as_("dan").send("/placements", **NORTH, **DECISION, **ONE, person="1; drop table").status_code == 400


@pytest.mark.parametrize("strange", [
    {"engagement": str(cast.id_("gone_contract"))}, {"engagement": "x"}, {"engagement": ""}, NORTH | {"kind": "999"},
    NORTH | {"least": "many"},
])  # fmt: skip
@pytest.mark.parametrize("path", ["/placements/confirmation", "/placements"])
def test_a_choice_that_cannot_be_read_is_never_replaced(as_, admin, strange, path):
    """A contract that ended while the desk was reading must not send its people to the next partner on the list."""
    before = count(admin)
    sent = {**strange, **DECISION, "claims": 99, "persons": 99, "yen": 9_999_999, "all": "1"}
    assert as_("dan").send(path, **sent).status_code == 409
    assert as_("dan").send(path + "?engagement=" + NORTH["engagement"], **sent).status_code == 409
    assert count(admin) == before


def test_the_law_team_beside_a_call_centre(as_, admin):
    law = {"engagement": str(cast.id_("law_contract"))}
    dan = as_("dan")
    assert "森" not in dan.get("/placements/new", query_string=law).text
    assert "森" in dan.get("/placements/new", query_string=law | {"beside": "y"}).text
    shown = {"claims": 1, "persons": 1, "yen": 10_000}
    picked = {"person": str(cast.id_("mori"))}
    assert dan.send("/placements", **law, **DECISION, **shown, **picked).status_code == 422
    assert dan.send("/placements", **law, **DECISION, **shown, **picked, beside="y").status_code == 302
    lanes = admin.execute(
        "select lane from city.placement where person_id = %s order by 1", [cast.id_("mori")]
    ).fetchall()
    assert lanes == [("beside",), ("sole",)]


def test_what_partners_hold(as_):
    dan = as_("dan")
    everything = dan.get("/placements").text
    assert "森" in everything and "全7件" in everything and "林" not in everything
    south = dan.get(f"/placements?org={cast.id_('south')}").text
    assert "伊藤" in south and "森" not in south and "全1件・合計30,000円" in south
    assert "林" in dan.get("/placements?state=recalled").text
    assert "この条件の案件はありません。" in dan.get("/placements?held=1").text
    assert "この条件の案件はありません。" in dan.get("/placements?kind=301").text
    assert dan.get("/placements?org=x&state=y&held=z&kind=w").status_code == 200


def test_one_file(as_, admin):
    page = as_("dan").get(f"/placements/{MORI}").text
    for words in ("森", "学校給食費", "第一小学校", "債管第101号", "外部提供記録", "引き揚げる"):
        assert words in page
    read = admin.execute(
        "select count(*) from audit.event where verb = 'read' and noun = 'casefile' and %s = any(ids)", [MORI]
    )
    assert read.fetchone() == (1,)


def test_recalled_at_once(as_, admin):
    dan = as_("dan")
    assert "引き揚げます" in dan.get(f"/placements/{MORI}/recall").text
    assert dan.send(f"/placements/{MORI}/recall", reason="").status_code == 422
    assert dan.send(f"/placements/{MORI}/recall", reason="債権所管課の申出").status_code == 302
    page = dan.get(f"/placements/{MORI}").text
    assert "引揚げ" in page and "債権所管課の申出" in page
    assert "すでに市に戻っています" in dan.get(f"/placements/{MORI}/recall").text
    assert dan.send(f"/placements/{MORI}/recall", reason="もう一度").status_code == 409


@pytest.mark.parametrize("path", ["/placements/{}", "/placements/{}/recall"])
def test_a_file_that_is_not_there(as_, path):
    assert as_("dan").get(path.format(cast.id_("nobody"))).status_code == 404
    assert as_("dan").get(path.format("1")).status_code == 404


def test_the_wrong_method(as_):
    assert as_("dan").send(f"/placements/{MORI}").status_code == 405
    assert as_("dan").get("/placements/confirmation").status_code == 405


@pytest.mark.parametrize("who", ["alma", "sora", "lena", "wim", "auda", "adi"])
def test_only_the_desk(as_, who):
    client = as_(who)
    for path in ("/placements/new", "/placements", f"/placements/{MORI}", f"/placements/{MORI}/recall"):
        assert client.get(path).status_code == 403
    for path in ("/placements", "/placements/confirmation", f"/placements/{MORI}/recall"):
        assert client.send(path, reason="x").status_code == 403


def test_no_partner_left(as_, admin):
    admin.execute("update shared.engagement set ends = '2026-11-24'")
    assert "契約期間中の委託先がありません" in as_("dan").get("/placements/new").text
    assert as_("dan").send("/placements", **NORTH, **DECISION, **ONE, person=str(HARA)).status_code == 409
