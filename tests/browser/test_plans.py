"""From a choice to a hand-over with a notice in between, and the law team's check before it, in a real Chromium."""

import pytest

from tests import cast, stock

LAW = cast.id_("law_contract")


@pytest.fixture
def filled(admin):
    stock.fill(admin, 3, persons=40, plain=True)
    admin.execute("update city.debtor set birth = '1970-05-05', postcode = '4990001', address = '豊川野市本町1丁目2番地3'"
                  " where source = '77'")  # fmt: skip
    admin.execute("update shared.engagement set conflict_check = true where id = %s", [LAW])


def test_planned_told_waited_placed(desk, stored, filled, november):
    dan = desk("dan")
    dan.go("/placements/new?kind=201")
    dan.look()
    page = dan.press("引渡しの予定を作る")
    page.locator('input[name="seed"]').fill("7")
    dan.look()
    dan.press("振り分けを確認する")
    dan.look("plan_drawn")
    page.get_by_label("予定の名称").fill("12月の予定")
    dan.press("この内容で予定を作る")
    page.get_by_text("作成中").first.wait_for()
    dan.look()
    plan = page.url
    page.locator('input[name="person"]').first.check()
    page.get_by_label("抜く理由").fill("所管課で納付相談中")
    dan.press("発送から抜く")
    assert stored("select count(*) from city.plan_line where taken_out is not null") == 1
    dan.press("委託予告の宛名一覧")
    dan.look()
    dan.press("予告発送日を記録する")
    page.get_by_text("予告の期間中です").wait_for()
    dan.look()
    november.move_to("2026-12-10T09:30:00+09:00")
    dan = desk("dan")
    dan.page.goto(plan)
    page = dan.press("引渡しの確認へ")
    page.get_by_label("起案番号").fill("債管第300号")
    page.get_by_label("決裁日").fill("2026-12-09")
    dan.look()
    dan.press("委託先へ引き渡す")
    page.get_by_text("引き渡しました").first.wait_for()
    assert stored("select state from city.plan") == "placed"
    assert stored("select count(distinct decision_no) from city.entrustment where plan_id is not null") == 1


def test_names_out_answers_in(desk, stored, filled):
    dan = desk("dan")
    dan.go(f"/placements/new?engagement={LAW}")
    page = dan.press("利益相反の確認を依頼する")
    dan.look()
    page.get_by_label("起案番号").fill("債管第290号")
    dan.press("確認を依頼する")
    dan.look()
    lena = desk("lena")
    lena.go("/conflicts")
    lena.look()
    page = lena.press("開く")
    page.locator('select[name^="result-"]').first.select_option("conflict")
    lena.look("conflict_list")
    lena.press("選んだ結果を保存")
    lena.press("残りは該当なし")
    page.get_by_text("すべて回答済みです。").wait_for()
    assert stored("select count(*) from shared.conflict where result = 'conflict'") == 1
    dan.page.reload()
    dan.press("確認を終え、氏名等を消す")
    dan.look()
    assert stored("select count(*) from shared.conflict where name is not null") == 0
    dan.go(f"/exclusions?engagement={LAW}&reason=conflict")
    assert "利益相反のため" in dan.page.content()
    dan.look()


def test_without_script(desk, stored, filled):
    lena, dan = desk("lena", script=False), desk("dan", script=False)
    dan.go(f"/conflicts/questions/new?engagement={LAW}")
    dan.page.get_by_label("起案番号").fill("債管第290号")
    dan.press("確認を依頼する")
    lena.go("/conflicts")
    lena.press("開く")
    lena.press("残りは該当なし")
    assert stored("select count(*) from shared.conflict where result is null") == 0
