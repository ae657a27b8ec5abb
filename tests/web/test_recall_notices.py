"""引揚げの予告, door by door: chosen and announced, read, objected to, answered."""

import pytest

from tests import cast

MORI, ITO = cast.id_("mori_north"), cast.id_("ito_south")
SAID = {"reason": "契約の見直しのため", "final_on": "2026-12-09"}


@pytest.fixture
def notice(as_, admin):
    def announce(case):
        assert as_("dan").send("/recall-notices", case=str(case), **SAID).status_code == 302
        return admin.execute("select id from shared.recall_notice where case_id = %s", [case]).fetchone()[0]

    return announce


def test_chosen_confirmed_announced(as_, admin):
    dan = as_("dan")
    page = dan.get("/recall-notices/new").text
    assert "森" in page and "この条件の全7件を予告する" in page
    assert "この条件で予告できる案件はありません。" in dan.get("/recall-notices/new?months=12").text
    confirm = dan.send("/recall-notices/confirmation", case=str(MORI)).text
    assert "北コールセンター" in confirm and 'value="2026-12-09"' in confirm
    answer = dan.send("/recall-notices", case=str(MORI), **SAID)
    assert "1件の引揚げを予告しました。" in dan.get(answer.location).text
    assert "引揚げ予定（令和8年12月9日）" in dan.get(f"/placements/{MORI}").text


def test_all_that_the_conditions_find(as_, admin):
    answer = as_("dan").send("/recall-notices", all="1", org=str(cast.id_("north")), **SAID)
    assert answer.status_code == 302
    assert admin.execute("select count(*) from shared.recall_notice").fetchone() == (3,)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"reason": ""}, "理由を入力してください。"), ({"final_on": "2026-11-25"}, "引揚げ日は明日以降にしてください。"),
    ({"final_on": "きのう"}, "引揚げの予告の確認"), ({"case": str(cast.id_("recalled_north"))}, "予告できる案件がありません。"),
])  # fmt: skip
def test_what_is_wrong_is_said(as_, changes, sentence):
    answer = as_("dan").send("/recall-notices", **{"case": str(MORI), **SAID, **changes})
    assert answer.status_code == 422 and sentence in answer.text


def test_the_partner_sees_it_everywhere_and_objects_once(as_, notice, admin):
    address = f"/recall-notices/{notice(MORI)}"
    assert "引揚げ予定（12/9）" in as_("alma").get("/cases").text
    assert "引揚げ予定（令和8年12月9日）" in as_("alma").get(f"/cases/{MORI}").text
    assert "異議を申し出る" not in as_("alma").get(address).text
    sora = as_("sora")
    assert "契約の見直しのため" in sora.get("/recall-notices").text
    assert sora.send(f"{address}/objection", objection="").status_code == 422
    assert sora.send(f"{address}/objection", objection="納付予定日が12月15日です。").status_code == 302
    again = sora.send(f"{address}/objection", objection="もう一度")
    assert "すでに異議を申し出ています。" in sora.get(again.location).text
    assert "納付予定日が12月15日です。" in as_("dan").get(address).text
    assert "引揚げの予告への異議" in as_("dan").get("/inbox").text


@pytest.mark.parametrize(
    ("decision", "state", "org"), [("withdraw", "withdrawn", "north"), ("finalise", "final", "city")]
)
def test_the_desk_decides(as_, notice, admin, decision, state, org):
    address = f"/recall-notices/{notice(MORI)}"
    dan = as_("dan")
    assert dan.send(f"{address}/answer", decision=decision, answer="").status_code == 422
    assert dan.send(f"{address}/answer", decision=decision, answer="約束日まで待ちます。").status_code == 302
    row = admin.execute("select n.state, n.org_id from shared.recall_notice n").fetchone()
    assert row == (state, cast.id_(org))
    late = dan.send(f"{address}/answer", decision="withdraw", answer="遅れて")
    assert late.status_code == 302 and dan.get(address).status_code == 200
    assert as_("sora").get(address).status_code == (200 if org == "north" else 404)


def test_who_may_not(as_, notice):
    address = f"/recall-notices/{notice(ITO)}"
    assert as_("sora").get(address).status_code == as_("sora").get(f"/recall-notices/{MORI}").status_code == 404
    assert as_("sora").send(f"{address}/objection", objection="南").status_code == 404
    assert as_("alma").send(f"{address}/objection", objection="担当").status_code == 403
    assert as_("sora").send("/recall-notices", case=str(MORI), **SAID).status_code == 403
    assert as_("sora").send(f"{address}/answer", decision="withdraw", answer="x").status_code == 403
    assert as_("wim").get("/recall-notices").status_code == 403
    assert as_("dan").get("/recall-notices/x").status_code == 404
    assert as_("dan").send("/recall-notices/confirmation", case="x").status_code == 400
    assert as_("dan").get("/recall-notices/new?months=x&org=y").status_code == 200


def test_nothing_to_show(as_):
    for who in ("dan", "sora", "alma", "lena"):
        assert "引揚げを予告した案件はありません。" in as_(who).get("/recall-notices").text
    assert "この状態の案件はありません。" in as_("dan").get("/recall-notices?state=withdrawn").text
    assert as_("dan").send("/recall-notices/confirmation").status_code == 302
