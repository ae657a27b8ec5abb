"""台帳の異動: the list, answers for one and for all, two people about lost marks, and taking a load back."""

import uuid

import pytest

from portal.rules.movements import DECISIONS, EFFECTS, decisions
from portal.web.movements import ANSWERED, LIKE, MEANINGS
from tests import cast
from tests.desk import MORI, Desk, debtor, record


@pytest.fixture
def desk(app, acting):
    return Desk(app, acting)


@pytest.fixture
def dan(as_):
    return as_("dan")


def waiting(admin, code):
    return [
        str(row[0])
        for row in admin.execute("select id from city.movement where code = %s and decision is null", [code])
    ]


def answer(dan, ids, tab="vanished", **more):
    return dan.send(
        "/movements/decisions", **{"tab": tab, "reach": "picked", "movement": ids, "note": "担当課に確認", **more}
    )


def test_nothing_waits(dan):
    page = dan.get("/movements").text
    assert "市の判断を待つ異動はありません。" in page
    inbox = dan.get("/inbox").text
    assert 'id="movements"' not in inbox and "市の対応を待っているものはありません。" in inbox


def test_what_waits_is_counted_and_one_click_from_the_inbox(desk, dan, admin):
    desk.take_in(record(), MORI | {"係争中": "1"})
    inbox = dan.get("/inbox").text
    assert "台帳の異動" in inbox and "消えた債権" in inbox and "弁護士チームへ" in inbox
    page = dan.get("/movements?tab=law").text
    assert "森" in page and "係争中・異議あり" in page and "10,000円" in page and "10000001" in page
    assert "全8件" in dan.get("/movements").text
    seen = "select noun, ids from audit.event where action = 'movement:list' and verb = 'read' order by at"
    assert [cast.id_("mori")] in [row[1] for row in admin.execute(seen)]


@pytest.mark.parametrize("tab", LIKE)
def test_every_tab_opens_with_and_without_rows(desk, dan, tab):
    assert dan.get(f"/movements?tab={tab}").status_code == 200
    assert dan.get(f"/movements?tab={tab}&answered=1").status_code == 200
    desk.take_in(record(), MORI | {"係争中": "1"}, MORI | {"宛名番号": "0000000002", "死亡": "1"},
                 MORI | {"宛名番号": "0000000003", "生活保護": "1"}, MORI | {"宛名番号": "0000000004", "調定額": "壱"})  # fmt: skip
    assert dan.get(f"/movements?tab={tab}").status_code == 200


def test_the_picked_ones_are_answered_after_a_look(desk, dan, admin):
    desk.take_in(record())
    ids = waiting(admin, "vanished")
    page = answer(dan, ids[:2], decision="withdrawn")
    assert page.status_code == 200 and "2件・" in page.text and len(waiting(admin, "vanished")) == 9
    done = answer(dan, ids[:2], decision="withdrawn", confirmed="1")
    assert done.status_code == 302 and len(waiting(admin, "vanished")) == 7
    assert "2件に答えました" in dan.get("/movements").text
    assert "取下げ・引揚げ" in dan.get("/movements?answered=1").text
    again = answer(dan, ids[:2], decision="kept")
    assert again.status_code == 422 and "異動を選んでください" in again.text


def test_all_of_a_tab_and_only_as_many_as_were_shown(desk, dan, admin):
    desk.take_in(record())
    assert answer(dan, [], reach="all", count="8", decision="kept").status_code == 422
    assert "9件・" in answer(dan, [], reach="all", count="9", decision="kept").text
    assert answer(dan, [], reach="all", count="9", decision="kept", confirmed="1").status_code == 302
    assert waiting(admin, "vanished") == []


@pytest.mark.parametrize("form", [{"decision": "kept", "note": ""}, {"decision": ""}, {"decision": "resumed"}])
def test_a_form_with_errors_answers_nothing(desk, dan, admin, form):
    desk.take_in(record())
    assert answer(dan, waiting(admin, "vanished"), confirmed="1", **form).status_code == 422
    assert len(waiting(admin, "vanished")) == 9


def test_strange_ids_are_refused(dan):
    assert answer(dan, ["nonsense"], decision="kept").status_code == 400
    assert answer(dan, [str(uuid.uuid4())], decision="kept").status_code == 422


@pytest.mark.parametrize("who", ["alma", "lena", "wim", "auda", "adi"])
def test_only_the_desk(as_, desk, who):
    desk.take_in(record(), whole=False)
    for path in ("/movements", f"/intakes/{desk.id}/unprotection", f"/intakes/{desk.id}/undoing"):
        assert as_(who).get(path).status_code == 403
    for path in ("/movements/decisions", f"/intakes/{desk.id}/unprotection/approval", f"/intakes/{desk.id}/undoing"):
        assert as_(who).send(path).status_code == 403


def test_every_answer_has_its_words():
    assert set(DECISIONS) == set(MEANINGS) == set(ANSWERED)
    assert {d for code, effect in LIKE.values() for d in decisions(code, effect)} == set(DECISIONS)
    for code, effect in EFFECTS.items():
        assert decisions(code, effect)


class TestALostMark:
    @pytest.fixture
    def stopped(self, desk):
        desk.take_in(record(支援措置="1"), whole=False)
        desk.take_in(record(), whole=False)
        return desk

    def test_is_shown_where_it_waits(self, stopped, dan, as_):
        assert "支援措置の印がない方がいるため" in dan.get(f"/intakes/{stopped.id}").text
        page = dan.get(f"/intakes/{stopped.id}/unprotection").text
        assert "0000009001" in page and "別の職員が答えます" in page and "承認して" not in page
        assert "承認して取込みを続ける" in as_("dora").get(f"/intakes/{stopped.id}/unprotection").text
        assert f"/intakes/{stopped.id}/unprotection" in as_("dora").get("/inbox").text
        assert f"/intakes/{stopped.id}/unprotection" in dan.get("/movements?tab=two").text

    def test_two_people(self, stopped, dan, as_, admin):
        path = f"/intakes/{stopped.id}/unprotection"
        dan.send(f"{path}/approval")
        assert stopped.see().state == "stopped"
        assert as_("dora").send(f"{path}/approval").status_code == 302
        stopped.perform()
        assert (stopped.see().state, debtor(admin, 9001)["protected"]) == ("loaded", False)
        assert "1人の支援措置の印を外しました" in dan.get(f"/intakes/{stopped.id}").text
        assert "答えを待つ確認はありません" in dan.get(path).text

    def test_refused(self, stopped, as_, admin):
        as_("dora").send(f"/intakes/{stopped.id}/unprotection/refusal")
        assert (stopped.see().state, debtor(admin, 9001)["protected"]) == ("cancelled", True)

    def test_cancelled_by_who_asked(self, stopped, dan, as_):
        dan.send(f"/intakes/{stopped.id}/cancellation")
        assert stopped.see().state == "cancelled"
        assert "二人確認" not in as_("dora").get("/inbox").text

    def test_no_other_word(self, stopped, as_):
        assert as_("dora").send(f"/intakes/{stopped.id}/unprotection/perhaps").status_code == 404


class TestTakingBack:
    def test_with_a_word_before_it(self, desk, dan, admin):
        desk.take_in(record(), whole=False)
        assert "この取込みを取り消す" in dan.get(f"/intakes/{desk.id}").text
        assert "新しく取り込んだ債権1件" in dan.get(f"/intakes/{desk.id}/undoing").text
        assert dan.send(f"/intakes/{desk.id}/undoing").status_code == 302
        desk.perform()
        assert debtor(admin, 9001) is None
        assert "この取込みは取り消しました" in dan.get(f"/intakes/{desk.id}").text
        assert "取り消すものはありません" in dan.get(f"/intakes/{desk.id}/undoing").text
        assert dan.send(f"/intakes/{desk.id}/undoing").status_code == 409

    def test_what_was_used_says_so(self, desk, dan):
        desk.take_in(MORI | {"生活保護": "1"}, whole=False)
        page = dan.get(f"/intakes/{desk.id}/undoing").text
        assert "この取込みは取り消せません" in page and "引き揚げた案件" in page
        dan.send(f"/intakes/{desk.id}/undoing")
        assert desk.see().state == "loaded"

    def test_missing(self, dan):
        assert dan.get(f"/intakes/{uuid.uuid4()}/undoing").status_code == 404
        assert dan.get(f"/intakes/{uuid.uuid4()}/unprotection").status_code == 404


def test_a_second_load_says_that_nothing_changed(desk, dan):
    desk.take_in(record(), whole=False)
    assert "台帳に取り込みました" in dan.get(f"/intakes/{desk.id}").text
    desk.take_in(record(), whole=False)
    assert "台帳に変わりはありません" in dan.get(f"/intakes/{desk.id}").text
