"""The same work with JavaScript switched off, and by keyboard where it is on."""

from tests import cast
from tests.browser.test_story import SAMPLE, pick


def test_an_agents_work_without_script(desk, stored):
    alma = desk("alma", script=False)
    alma.go("/cases")
    page = alma.press("次の方へ")
    page.get_by_role("button", name="発信する").first.click()
    pick(page, "result", "10")
    page.locator('textarea[name="note"]').fill("応答なし。")
    alma.press("保存して次の方へ")
    assert stored("select count(*) from shared.attempt where result = '10' and state = 'done'") == 1
    assert "様の対応画面" in page.title()


def test_a_bad_form_loses_nothing_without_script(desk):
    alma = desk("alma", script=False)
    alma.go(f"/cases/{cast.id_('mori_north')}/return")
    alma.page.locator("textarea").first.fill("転居先を伺いました。")
    alma.press("市へ返却する")
    assert alma.page.locator("textarea").first.input_value() == "転居先を伺いました。"


def test_handing_over_and_receiving_without_script(desk, stored):
    alma = desk("alma", script=False)
    alma.go(f"/cases/{cast.id_('mori_north')}/referral")
    for name, value in (("urgency", "medium"), ("noticed_by", "call"), ("boxes", "income"), ("consent", "none")):
        pick(alma.page, name, value)
    alma.page.locator('textarea[name="words"]').fill("子どもの給食の分は払いたいけれど、いまは難しいです。")
    alma.press("福祉へつなぐ")
    wim = desk("wim", script=False)
    wim.go("/referrals")
    wim.press("開く")
    wim.press("受け付ける")
    assert stored("select received_at is not null from shared.referral")


def upload(dan, file):
    dan.go("/intakes")
    dan.page.locator('input[name="file"]').set_input_files(file)
    dan.page.locator('input[name="as_of"]').fill("2026-11-23")
    dan.page.locator('input[name="source"]').fill("住宅管理システム")
    pick(dan.page, "reach", "whole")
    dan.press("内容を確認する")


def test_a_ledger_without_script(desk, stored):
    dan = desk("dan", script=False)
    upload(dan, {"name": "x.csv", "mimeType": "text/csv", "buffer": "何か,ちがう\r\n1,2\r\n".encode("cp932")})
    assert dan.page.get_by_text("見出しがありません").first.is_visible()
    assert dan.page.locator('input[name="source"]').input_value() == "住宅管理システム"
    upload(dan, SAMPLE)
    dan.page.get_by_role("button", name="この内容で取り込む").wait_for(timeout=60_000)  # the page refreshes itself


def test_a_call_by_keyboard(desk, stored):
    alma = desk("alma")
    alma.go("/cases")
    keys = alma.page.keyboard
    keys.press("Alt+n")
    alma.page.wait_for_url("**/cases/*-*")
    keys.press("Alt+c")
    alma.page.get_by_text("通話中").first.wait_for()
    alma.page.wait_for_load_state("networkidle")
    keys.type("10")  # the code itself
    assert alma.page.locator('input[name="result"][value="10"]').is_checked()
    with alma.page.expect_navigation():
        keys.press("Alt+s")
    alma.page.get_by_text("不在（応答なし）").first.wait_for()
    assert stored("select result from shared.attempt") == "10"
