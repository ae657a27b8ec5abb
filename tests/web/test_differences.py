"""月次差分, door by door; and the refresh of who and where."""

import pytest

from tests import cast
from tests.actions.test_differences import owes

MORI = cast.id_("mori_north")
NORTH = cast.id_("north_contract")
DECISION = {"decision_no": "債管第301号", "decided_on": "2026-11-25"}
SHOWN = {"added": 1, "added_yen": 7000, "changed": 0, "changed_yen": 0, "withdrawn": 0, "withdrawn_yen": 0}


def test_counted_listed_confirmed(as_, admin):
    owes(admin, "mori", "2", assessed=7_000)
    dan = as_("dan")
    page = dan.get(f"/differences?engagement={NORTH}").text
    assert "新しい債権" in page and "7,000円" in page and "10000001" in page
    answer = dan.send(f"/engagements/{NORTH}/differences", **DECISION, **SHOWN)
    assert (
        "追加1件・変更0件・取下げ0件を委託先へ反映しました（起案番号 債管第301号）。" in dan.get(answer.location).text
    )
    assert "追加（令和8年11月25日）" in as_("alma").get(f"/cases/{MORI}").text
    assert "台帳との差分はありません。" in dan.get(f"/differences?engagement={NORTH}").text


def test_what_changes_is_shown_before_and_after(as_, admin):
    admin.execute(
        "update city.receivable set summary = '第二小学校', assessed = 12000 where id = %s",
        [cast.id_("mori_receivable")],
    )
    page = as_("dan").get(f"/differences?engagement={NORTH}&part=changed").text
    assert "10,000円 → 12,000円" in page and "第一小学校　5月分 → 第二小学校" in page
    as_("dan").send(f"/engagements/{NORTH}/differences", **DECISION, **SHOWN | {"changed": 1, "changed_yen": 12000})
    assert "変更（令和8年11月25日）" in as_("alma").get(f"/cases/{MORI}").text


def test_what_leaves_is_hidden_from_the_partner_and_marked_for_the_city(as_, admin):
    owes(admin, "mori", "2", assessed=7_000)
    dan = as_("dan")
    dan.send(f"/engagements/{NORTH}/differences", **DECISION, **SHOWN)
    admin.execute(
        "update city.receivable set reasons = '{not_due}', verdict = 'excluded' where id = %s", [cast.id_("mori_2")]
    )
    assert "委託できなくなった債権" in dan.get(f"/differences?engagement={NORTH}&part=withdrawn").text
    gone = SHOWN | {"added": 0, "withdrawn": 1, "withdrawn_yen": 7000}
    assert dan.send(f"/engagements/{NORTH}/differences", **DECISION, **gone).status_code == 302
    assert "取下げ" in dan.get(f"/placements/{MORI}").text
    assert "7,000円" not in as_("alma").get(f"/cases/{MORI}").text


def test_pages_follow_each_other(as_, admin):
    for nth in range(2, 40):
        owes(admin, "mori", str(nth), assessed=100)
    first = as_("dan").get(f"/differences?engagement={NORTH}").text
    second = as_("dan").get(f"/differences?engagement={NORTH}&from=25").text
    assert first.count("新しい債権") == 25 and second.count("新しい債権") == 13 and "全38件" in first


@pytest.mark.parametrize(("changes", "status", "sentence"), [
    ({"decision_no": ""}, 422, "起案番号を入力してください。"), ({"decided_on": "2026-11-26"}, 422, "決裁日が今日より後です。"),
    ({"added": 0}, 422, "確認の後に対象が増えました。"), ({"added": "x"}, 422, "月次の差分"),
])  # fmt: skip
def test_what_is_wrong_is_said(as_, admin, changes, status, sentence):
    owes(admin, "mori", "2", assessed=7_000)
    answer = as_("dan").send(f"/engagements/{NORTH}/differences", **{**DECISION, **SHOWN, **changes})
    assert answer.status_code == status and sentence in answer.text


def test_who_may_not_and_what_is_not_there(as_):
    dan = as_("dan")
    assert dan.send(f"/engagements/{cast.id_('gone_contract')}/differences", **DECISION, **SHOWN).status_code == 404
    assert dan.send(f"/engagements/{NORTH}/differences", **DECISION, **SHOWN).status_code == 422
    for query in ("", "?engagement=x", f"?engagement={MORI}", "?part=x&from=-3&size=7"):
        assert dan.get(f"/differences{query}").status_code == 200
    assert as_("sora").get("/differences").status_code == 403
    assert as_("auda").send(f"/engagements/{NORTH}/differences", **DECISION, **SHOWN).status_code == 403


def test_who_and_where_goes_by_its_own_act(as_, admin):
    dan, address = as_("dan"), f"/placements/{MORI}/refresh"
    assert "委託先の写しは、台帳と同じです。" in dan.get(address).text
    admin.execute("update city.debtor set address = '豊川野市新町9番9号' where person_id = %s", [cast.id_("mori")])
    page = dan.get(address).text
    assert "豊川野市本町1丁目1番地" in page and "豊川野市新町9番9号" in page
    assert dan.send(address).status_code == 302
    assert "豊川野市新町9番9号" in str(
        admin.execute("select address from shared.contactee where case_id = %s", [MORI]).fetchone()
    )
    assert "委託先の写しは、台帳と同じです。" in dan.get(dan.send(address).location).text
    assert as_("sora").get(address).status_code == 403
    assert dan.get(f"/placements/{cast.id_('nobody')}/refresh").status_code == 404
    admin.execute("update city.debtor set name = null where person_id = %s", [cast.id_("mori")])
    assert "台帳に氏名・住所がないため、反映できません。" in dan.get(address).text
