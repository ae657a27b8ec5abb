"""The main job, from the ledger file to the auditor, in a real Chromium, each step by the person whose job it is."""

import re

import pytest

from config import ROOT
from tests import cast

SAMPLE = ROOT / "tests" / "data" / "ledger_sample_cp932.csv"
TAXES = "select count(*) from city.receivable r join city.claim_kind k on (k.code, k.version) = (r.kind_code, r.kind_version)"


def pick(page, name, value):
    """A card of a form, by the value it sends."""
    card = page.locator(f'input[name="{name}"][value="{value}"]')
    card.evaluate("e => e.scrollIntoView({block: 'center'})")  # not under the bar with the buttons
    card.check(force=True)


def case_id(page):
    return re.search(r"/cases/([0-9a-f-]{36})", page.url)[1]


def ledger_in(dan, stored):
    dan.go("/intakes")
    dan.look()
    dan.page.locator('input[name="file"]').set_input_files(SAMPLE)
    dan.page.locator('input[name="as_of"]').fill("2026-11-23")
    dan.page.locator('input[name="source"]').fill("滞納管理システム")
    pick(dan.page, "reach", "whole")
    page = dan.press("内容を確認する")
    address = page.url
    dan.go("/placements")  # leave the page and come back: still there
    page.goto(address)
    page.get_by_role("button", name="この内容で取り込む").wait_for(timeout=60_000)
    assert [page.get_by_text(text).count() > 0 for text in ("523", "317", "565", "95")] == [True] * 4
    dan.look("intake_checked")
    dan.press("この内容で取り込む")
    page.get_by_text("台帳に取り込みました").wait_for(timeout=60_000)
    assert stored("select count(*) from city.receivable") == 523 + 317 + len(cast.DEBTORS) - _repeats(stored)
    assert stored(TAXES + " where k.class = 'enforceable_public'") == 0


def _repeats(stored):
    """Equal repeats take the first's verdict and load once; the check says how many there are."""
    return 840 - stored(
        "select (totals->'loadable'->>0)::int from city.intake where state = 'loaded' and sha256 <> repeat('0', 64)"
    )


def placed(dan, stored):
    before = stored("select count(*) from city.placement where ended_at is null")
    dan.go(f"/placements/new?engagement={cast.id_('north_contract')}&phone=1")
    dan.look()
    dan.go(f"/exclusions?engagement={cast.id_('north_contract')}")
    dan.look()
    dan.go(f"/placements/new?engagement={cast.id_('north_contract')}&phone=1")
    page = dan.press("この条件の全")
    page.get_by_label("起案番号").fill("債管第123号")
    page.get_by_label("決裁日").fill("2026-11-24")
    dan.look()
    dan.press("委託先へ引き渡す")
    placed = stored("select count(*) from city.placement where ended_at is null") - before
    assert placed > 50
    assert stored("select count(*) from city.disclosure where decision_no = '債管第123号'") == placed


def called(alma, stored):
    """Takes the next, calls, logs; the person disputes the claim, so the case goes back in the same step."""
    alma.go("/cases")
    alma.look()
    page = alma.press("次の方へ")
    case = case_id(page)
    alma.look()
    page.get_by_role("button", name="発信する").first.click()
    page.get_by_text("通話中").first.wait_for()
    alma.look("call")
    pick(page, "result", "01")
    pick(page, "identified", "name")
    pick(page, "identified", "birth")
    pick(page, "outcome", "38")
    page.locator('textarea[name="note"]').fill("その年は転校していたので払う必要はないとのこと。")
    alma.press("保存")
    assert stored("select reason from shared.return where case_id = %s", case) == "disputed"
    assert stored("select held_at is not null from shared.casefile where id = %s", case)
    return case


def handed_over(alma, stored):
    alma.go(f"/cases/{cast.id_('abe_north')}")
    page = alma.press("福祉へつなぐ")
    alma.look("referral_new")
    pick(page, "urgency", "high")
    pick(page, "noticed_by", "call")
    pick(page, "boxes", "income")
    page.locator('textarea[name="words"]').fill("仕事がなくなって、食べるのがやっとです。")
    pick(page, "consent", "oral")
    page.locator('input[name="consent_scope"]').fill("市の福祉部門に、電話番号と今日の話を伝えること")
    page.locator('input[name="safe_times"]').fill("平日の午前中")
    alma.press("福祉へつなぐ")
    alma.look()
    for case in ("abe_north", "abe_law"):
        assert stored("select held_at is not null from shared.casefile where id = %s", cast.id_(case))


def helped(wim, stored):
    wim.go("/referrals")
    wim.look()
    page = wim.press("開く")
    wim.look()
    wim.press("受け付ける")
    wim.press("受任する")
    pick(page, "note-kind", "contact")
    page.locator('textarea[name="note-body"]').fill("午前中に電話。来週来所の予定。")
    wim.press("記録する")
    page.get_by_text("支援を終える", exact=True).first.click()
    page.locator('select[name="close-outcome"]').select_option(index=1)
    page.locator('textarea[name="close-body"]').fill("家計改善支援へつないだ。")
    wim.press("結果を記録して終える")
    assert stored("select state from city.care") == "closed"


def answered(dan, stored, returned):
    """The desk answers what waits: the return is accepted, the referral's hold lifted."""
    dan.go("/inbox")
    dan.look()
    page = dan.page
    dan.press("回答する")
    dan.look()
    pick(page, "decision", "accept")
    page.locator('textarea[name="answer"]').fill("学校に在籍の確認をします。")
    dan.press("回答する")
    assert stored("select org_id from shared.casefile where id = %s", returned) == cast.id_("city")
    dan.go(f"/referrals/{stored('select id from shared.referral')}/decision")
    dan.look()
    page.locator('textarea[name="reason"]').fill("福祉での相談が終わり、本人も納付の相談を希望。")
    dan.press("回収再開")
    assert stored("select outcome from shared.referral") == "resumed"
    assert stored("select held_at is null from shared.casefile where id = %s", cast.id_("abe_law"))


def reviewed(lena, dan, stored):
    lena.go("/reviews")
    lena.look()
    lena.go(f"/reviews/{cast.id_('ueda_law')}")
    lena.look()
    pick(lena.page, "decision", "payment_order")
    lena.page.locator('textarea[name="reasons"]').fill("残高と所在が明らかで、応答がないため。")
    lena.press("検討の結果を市へ送る")
    dan.go(f"/reviews/decisions/{stored('select id from shared.review')}")
    dan.look()
    pick(dan.page, "decision", "accept")
    dan.page.locator('textarea[name="answer"]').fill("債管第130号で決裁済み。申立ての準備をお願いします。")
    dan.press("回答する")
    assert stored("select state from shared.review") == "accepted"


def protected(dan, alma, stored):
    dan.go(f"/persons/{cast.id_('kato')}/protection")
    dan.look()
    dan.press("支援措置を記録し、全件を引き揚げる")
    assert (
        stored("select num_nonnulls(name, address, phone1) from city.debtor where person_id = %s", cast.id_("kato"))
        == 0
    )
    alma.go(f"/cases/{cast.id_('kato_north')}")
    assert "見つかりません" in alma.page.title()
    alma.go("/tombstones")
    alma.look()
    assert stored("select number from shared.casefile where id = %s", cast.id_("kato_north")) in alma.page.content()


def audited(auda, stored, case):
    for path, picture in (("/audit/activity", None), (f"/audit/cases/{case}", "trail"), ("/audit/breaches", None),
                          (f"/audit/persons/{cast.id_('kato')}/seen", None), ("/permissions", None)):  # fmt: skip
        auda.go(path)
        auda.look(picture)
    assert stored("select count(*) from audit.event where verb = 'read' and %s = any(cases)", case) > 0


def test_the_story(desk, stored):
    dan, alma = desk("dan"), desk("alma")
    ledger_in(dan, stored)
    placed(dan, stored)
    returned = called(alma, stored)
    handed_over(alma, stored)
    helped(desk("wim"), stored)
    answered(dan, stored, returned)
    reviewed(desk("lena"), dan, stored)
    protected(dan, alma, stored)
    audited(desk("auda"), stored, returned)


@pytest.mark.parametrize(
    "path", ["/organisations", "/accounts", "/accounts/new", "/permissions", "/permissions/tables"]
)
def test_the_administrators_pages(desk, path):
    adi = desk("adi")
    adi.go(path)
    adi.look()
