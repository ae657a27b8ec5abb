"""What the auditor sees: every look, every change, every refusal; and that looking at it is itself noted."""

import json
import re
import uuid
from datetime import timedelta

from portal.access import scope
from portal.actions import recalls
from portal.db import db
from portal.models.attempts import Attempt, Receipt
from portal.rules.contact import RULE, judge
from portal.rules.contact_facts import Question
from portal.rules.contact_json import written
from tests import cast

MORI, KATO, PERSON = cast.id_("mori_north"), cast.id_("kato_north"), cast.id_("mori")
PAGES = [
    "/audit/activity",
    "/audit/trail",
    "/audit/seen",
    "/audit/breaches",
    f"/audit/cases/{MORI}",
    f"/audit/persons/{PERSON}/seen",
]


def rows(page):
    """The body rows of a page as plain text."""
    found = re.findall(r"<tr role=\"row\".*?</tr>", page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found][1:]


def call(acting, who="alma", case=MORI, ago=timedelta(minutes=5), result="10"):
    """A call as its own door leaves it: noted, judged, with its receipt."""
    with acting(who, "call:log") as by:
        scope.note("casefile", [case])
        question = Question(at=scope.now() - ago)
        verdict = judge(question)
        given = {
            "org_id": by.org_id,
            "case_id": case,
            "by_id": by.account_id,
            "at": question.at,
            "reasons": list(verdict.reasons),
        }
        attempt = Attempt(channel="call", result=result, verdict=verdict.verdict, **given)
        db.session.add(attempt)
        db.session.flush()
        facts = json.dumps(written(question))
        db.session.add(Receipt(id=attempt.id, rule=RULE, facts=facts, verdict=verdict.verdict, **given))


def test_only_the_auditor_and_nobodys_id(as_):
    for who in ("alma", "sora", "lena", "dan", "wim", "adi"):
        assert {as_(who).get(path).status_code for path in PAGES} == {403}
    auda, nobody = as_("auda"), uuid.UUID(int=7)
    assert {auda.get(path).status_code for path in PAGES} == {200}
    assert {auda.get(path).status_code for path in (f"/audit/cases/{nobody}", f"/audit/persons/{nobody}/seen")} == {404}


def test_the_trail_of_a_file_tells_who_did_who_looked_and_who_was_refused(as_, acting):
    call(acting)
    assert as_("alma").get(f"/audit/cases/{MORI}").status_code == 403
    with acting("dan", "case:recall") as dan:
        recalls.recall(MORI, reason="市の判断", by=dan)
    page = as_("auda").get(f"/audit/cases/{MORI}")
    told = rows(page)
    assert "北コールセンター" in page.text and "引揚げ" in page.text
    assert any("有馬 愛" in r and "通話を記録する" in r and "登録" in r and "連絡の記録" in r for r in told)
    assert any("有馬 愛" in r and "閲覧" in r and "案件" in r for r in told)
    assert any("有馬 愛" in r and "閲覧・操作の記録を見る" in r and "拒否" in r for r in told)
    assert any("段田 実" in r and "引き揚げる" in r and "案件" in r and "保有者（所属）・状態" in r for r in told)
    assert "及川 陽" in told[0]  # newest first: this very look


def test_a_case_is_found_by_its_number_and_nothing_by_another(as_, admin):
    auda = as_("auda")
    ((number,),) = admin.execute("select number from shared.casefile where id = %s", [MORI]).fetchall()
    assert auda.get(f"/audit/trail?number={number}").location == f"/audit/cases/{MORI}"
    assert auda.get(f"/audit/trail?number=%20{MORI}").location == f"/audit/cases/{MORI}"
    assert "この番号の案件はありません。" in auda.get("/audit/trail?number=99999999").text


def test_two_contracts_may_use_one_number(as_, admin):
    number = "update shared.casefile set number = '77' where id = any(%s)"
    admin.execute(number, [[MORI, cast.id_("ito_south")]])
    page = as_("auda").get("/audit/trail?number=77")
    assert page.status_code == 200 and "南コールセンター" in page.text and str(MORI) in page.text


def test_the_newest_entries_follow_the_conditions_of_the_address(as_, acting):
    auda = as_("auda")
    assert "この条件の記録はありません。" in auda.get("/audit/trail").text
    call(acting)
    call(acting, "bo", cast.id_("ito_south"))
    as_("wim").get("/audit/activity")
    assert len(rows(auda.get("/audit/trail"))) == 5
    assert len(rows(auda.get(f"/audit/trail?organisation={cast.id_('north')}"))) == 2
    assert len(rows(auda.get(f"/audit/trail?actor={cast.id_('bo')}&verb=read"))) == 1
    assert ["拒否" in r for r in rows(auda.get("/audit/trail?verb=refuse"))] == [True]
    assert not rows(auda.get("/audit/trail?from=2026-11-01&until=2026-11-24"))
    assert len(rows(auda.get("/audit/trail?from=nonsense&actor=nonsense&organisation="))) == 5


def test_the_trail_is_paged_by_its_sequence(as_, acting):
    for _ in range(3):
        with acting("alma", "case:list"):
            for _ in range(10):
                scope.note("casefile", [KATO])
    auda = as_("auda")
    first = auda.get("/audit/trail")
    address = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = auda.get(address)
    assert (len(rows(first)), len(rows(second))) == (25, 5)
    assert "全30件" in first.text


def test_who_saw_a_person_by_a_number_that_stays_out_of_the_address(as_, acting, admin):
    call(acting)
    auda = as_("auda")
    found = auda.send("/audit/seen", number=" ０００００００００１", first="2026-11-01", last="2026-11-30")
    assert found.location == f"/audit/persons/{PERSON}/seen?from=2026-11-01&until=2026-11-30"
    page = auda.get(found.location)
    told = rows(page)
    assert "森" in page.text and "0000000001" in page.text
    assert any(r.startswith("有馬 愛 北コールセンター 通話を記録する 1 ") for r in told)
    looks = "select action from audit.event where verb = 'read' and noun = 'person' and ids = array[%s] order by seq"
    assert admin.execute(looks, [PERSON]).fetchall() == [("audit:find",), ("audit:seen",)]


def test_a_name_looked_up_by_lawyers_is_a_look_at_that_person(as_, admin):
    admin.execute("update shared.engagement set conflict_check = true where id = %s", [cast.id_("law_contract")])
    asked = {"engagement": cast.id_("law_contract"), "due_on": "2026-12-04", "decision_no": "債管第290号"}
    batch = as_("dan").send("/conflicts/questions", **asked).location.split("/")[-1]
    lena, auda = as_("lena"), as_("auda")
    lena.get(f"/conflicts/{batch}")
    lena.get(f"/conflicts/{batch}/file")
    told = rows(auda.get(f"/audit/persons/{cast.id_('free')}/seen?from=2026-11-01&until=2026-11-30"))
    looked = [r for r in told if r.startswith("蓮見 令奈 中央弁護士チーム")]
    assert len(looked) == 2 and "利益相反の確認の名簿を見る" in "".join(looked)
    other = auda.get(f"/audit/persons/{PERSON}/seen?from=2026-11-01&until=2026-11-30")
    assert "蓮見" not in other.text


def test_a_period_in_which_nobody_looked(as_):
    page = as_("auda").get(f"/audit/persons/{PERSON}/seen?from=2026-10-01&until=2026-10-31")
    assert "この期間に、この方の情報を開いた人はいません。" in page.text


def test_a_search_that_finds_nobody_says_so(as_):
    auda = as_("auda")
    for form, sentence in (
        ({"number": "9999999999"}, "この宛名番号の方は登録されていません。"),
        ({"number": ""}, "宛名番号を入力してください。"),
        ({"first": ""}, "日付を入力してください"),
    ):
        answer = auda.send(
            "/audit/seen", **{"number": "0000000001", "first": "2026-11-01", "last": "2026-11-30"} | form
        )
        assert (answer.status_code, sentence in answer.text) == (422, True)


def test_one_number_in_two_sources_is_two_people(as_, admin):
    admin.execute(
        "update city.debtor set source = '02', number = '0000000001' where id = %s", [cast.id_("kato_debtor")]
    )
    answer = as_("auda").send("/audit/seen", number="0000000001", first="2026-11-01", last="2026-11-30")
    assert answer.status_code == 200 and str(PERSON) in answer.text and str(cast.id_("kato")) in answer.text


def test_breaches_give_their_reason_and_the_way_to_the_trail(as_, acting):
    auda = as_("auda")
    call(acting)
    assert "この期間に基準外の連絡はありません（判定1件）。" in auda.get("/audit/breaches").text
    call(acting, case=KATO, ago=timedelta(hours=17))  # 21:10
    page = auda.get("/audit/breaches")
    (told,) = rows(page)
    assert "北コールセンター 有馬 愛 架電 不在（応答なし） 21:00〜8:00は電話できません" in told and "一致" in told
    assert f"/audit/cases/{KATO}" in page.text and "判定2件" in page.text
    assert "（判定0件）" in auda.get(f"/audit/breaches?organisation={cast.id_('south')}").text


def test_activity_shows_the_same_numbers_as_table_and_bars(as_, acting):
    call(acting, result="01")
    call(acting, case=KATO, ago=timedelta(hours=17))
    page = as_("auda").get("/audit/activity")
    assert "北コールセンター 3 5 2 0 0 2 0 1 0 0 1 1" in rows(page)
    assert re.search(r"北コールセンター</th>.*?width=\"100\.00%\".*?2件", page.text, re.DOTALL)
    assert "合計 7 9 2 0 0 2 0 1 0 0 1 1" in rows(page)
    assert "有馬" not in page.text  # never a single person
    assert "北コールセンター 3 0 0 0 0 0 0 0 0 0 0 0" in rows(
        as_("auda").get("/audit/activity?from=2026-10-01&until=2026-10-31")
    )
