"""発信する, the form for what was heard, and the form for what took place already."""

import re
from pathlib import Path

import pytest

from portal.rules.outcomes import RESULTS, outcomes_for
from tests import cast

MORI, KATO, ABE = (cast.id_(name) for name in ("mori_north", "kato_north", "abe_north"))


@pytest.fixture
def alma(as_):
    return as_("alma")


def dial(who, case=MORI):
    return who.send(f"/cases/{case}/calls", number="1").location


def log(who, call, version=1, **form):
    return who.send(f"{call}/log", version=version, **form)


def test_the_line_shows_the_number_and_the_form(alma):
    call = dial(alma)
    page = alma.get(call).text
    assert 'href="tel:+81565000101"' in page and "架電結果" in page and "保存して次の方へ" in page
    assert "交渉はできません" not in page and "市へ返却します" in page
    assert alma.get(f"/cases/{MORI}").location == call
    assert "先に通話を記録する" in alma.get(f"/cases/{KATO}").text


def test_saving_stays_or_takes_the_next_under_its_own_action(alma, admin):
    answer = log(alma, dial(alma), result="10")
    assert answer.location == f"/cases/{MORI}"
    assert "通話を記録しました。" in alma.get(answer.location).text
    answer = log(alma, dial(alma, KATO), result="10", then="next")
    assert (answer.status_code, answer.location) == (307, "/cases/next")
    assert alma.send("/cases/next").location == f"/cases/{ABE}"
    actions = admin.execute(
        "select distinct action from audit.event where noun = 'casefile' and verb = 'update'"
    ).fetchall()
    assert {"call:open", "call:log", "case:take"} <= {action for (action,) in actions}


def test_what_was_typed_stays_when_something_is_missing(alma, admin):
    call = dial(alma)
    answer = log(alma, call, result="01", outcome="31", note="月末に払う", identified=["name", "birth"])
    assert answer.status_code == 422
    assert "日付を入力してください。" in answer.text and "月末に払う" in answer.text
    assert log(alma, call).status_code == 422
    assert log(alma, call, result="10", next_on="2026-13-01").status_code == 422
    assert admin.execute("select state from shared.attempt").fetchall() == [("open",)]


def test_an_answer_that_changed_nothing_still_noted_who_was_shown(alma, admin):
    log(alma, dial(alma))
    seen = admin.execute("select action from audit.event where verb = 'read' and ids = %s", [[MORI]]).fetchall()
    assert seen == [("call:log",)]


def test_a_case_that_changed_meanwhile_keeps_what_was_typed(alma, admin):
    call = dial(alma)
    admin.execute("set session_replication_role = replica")
    admin.execute("update shared.casefile set version = 7 where id = %s", [MORI])
    answer = log(alma, call, result="10", note="二度呼んだ")
    assert answer.status_code == 409
    assert "ほかの操作により更新されました" in answer.text and "二度呼んだ" in answer.text
    assert 'name="version" value="7"' in answer.text
    assert log(alma, call, version=7, result="10").status_code == 302


def test_a_wish_for_instalments_goes_back_to_the_city_in_one_step(alma, admin):
    answer = log(alma, dial(alma), result="01", outcome="35", identified=["name", "birth"])
    page = alma.get(answer.location).text
    assert "市へ返却しました。" in page and "連絡停止" in page and "分割納付の希望" in page and "発信する" not in page
    refused = alma.send(f"/cases/{MORI}/calls", number="1")
    assert refused.status_code == 409
    assert "ただいまこの方への連絡は止められています。" in refused.text
    assert admin.execute("select count(*) from shared.attempt").fetchone() == (1,)


def test_hardship_leads_to_its_sheet(alma):
    assert log(alma, dial(alma), result="01", outcome="52", then="next").location == (
        f"/cases/{MORI}/referral?urgency=emergency&noticed_by=call"
    )


def test_a_missing_identity_warns(alma):
    log(alma, dial(alma), result="01", identified=["name"])
    assert "本人確認が二つそろっていません" in alma.get(f"/cases/{MORI}").text


def test_outside_the_hours_the_page_says_why_and_from_when(alma, november):
    november.move_to("2026-11-25T20:30:00+09:00")
    answer = alma.send(f"/cases/{MORI}/calls", number="1")
    assert answer.status_code == 409
    assert "契約の架電時間（9:00〜20:00）の外です" in answer.text
    assert "令和8年11月26日（木）09:00から架電できます" in answer.text


def test_a_call_that_took_place_is_written_down_and_marked(alma):
    page = alma.get(f"/cases/{MORI}/past-calls/new").text
    assert "すでに行った通話を記録する" in page
    answer = alma.send(
        f"/cases/{MORI}/past-calls", version=1, at_on="2026-11-24", at_time="20:30", channel="call", number="1", result="10",
    )  # fmt: skip
    assert answer.location == f"/cases/{MORI}"
    page = alma.get(answer.location).text
    assert "基準外" in page and "契約の架電時間の外" in page
    wrong = alma.send(
        f"/cases/{MORI}/past-calls", version=2, at_on="2026-11-26", at_time="09:00", channel="call", result="10"
    )
    assert wrong.status_code == 422
    assert "引渡しの日から今までの日時" in wrong.text


def test_the_styles_offer_what_the_rules_allow():
    """Which outcomes a result opens stands in the rules; the style sheet only follows them."""
    styles = (Path(__file__).parent.parent.parent / "static/css/calls.css").read_text(encoding="utf-8")
    shown = r'\[name="result"\]\[value="%s"\]:checked\) \.card-choice:has\(\[name="outcome"\](.*?)\)(?:\)|,|\s)'
    for code, result in RESULTS.items():
        allowed = set() if result.implies else set(outcomes_for(code))
        found = re.search(shown % code, styles)
        values = set(re.findall(r'value="(\d\d)"', found[1])) if found else set()
        assert values == (set() if code == "01" else allowed), code
        assert bool(found) == bool(allowed), code


@pytest.mark.parametrize(("who", "path", "status"), [
    ("bo", f"/cases/{MORI}/calls", 404), ("alma", f"/cases/{cast.id_('nowhere')}/calls", 404), ("dan", f"/cases/{MORI}/calls", 403),
    ("bo", f"/cases/{MORI}/past-calls", 404), ("alma", f"/calls/{cast.id_('nowhere')}/log", 404), ("auda", f"/calls/{cast.id_('nowhere')}/log", 403),
    ("alma", f"/cases/{cast.id_('recalled_north')}/past-calls", 404), ("alma", "/calls/1/log", 404),
])  # fmt: skip
def test_who_may_not_or_does_not_see(as_, who, path, status):
    assert as_(who).send(path).status_code == status


def test_a_colleagues_line_is_not_there(alma, as_):
    call = dial(alma)
    assert as_("ann").get(call).status_code == 404
    assert log(as_("ann"), call, result="10").status_code == 404
    assert alma.get(f"{call}/log").status_code == 405
