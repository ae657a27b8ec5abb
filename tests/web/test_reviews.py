"""検討中: the law team's files, and the desk's answer to a decision."""

import uuid

import pytest
from sqlalchemy.exc import DBAPIError

from portal.db import db
from tests import cast

UEDA, ABE_LAW, ABE = (cast.id_(case) for case in ("ueda_law", "abe_law", "abe_north"))
ROWS = "select decision, reasons, state, answer from shared.review order by at"


def decide(client, case=UEDA, **form):
    return client.send(f"/reviews/{case}/decisions", **{"decision": "payment_order", "reasons": "資力あり", **form})


def answer(client, admin, **form):
    review = admin.execute("select id from shared.review order by at desc").fetchone()[0]
    return client.send(f"/reviews/decisions/{review}/answer", **{"decision": "accept", "answer": "債管第9号", **form})


def test_the_list_has_the_teams_files_and_nobody_elses(as_):
    page = as_("lena").get("/reviews").text
    assert "上田" in page and "阿部" in page and "森" not in page.split("<main")[1]
    assert "全2件・合計90,000円" in page
    assert "弁護士チームは交渉できます" in page


def test_what_runs_out_first_stands_first_and_pages_lose_nothing(as_, admin):
    admin.execute("update shared.claim set last_day = '2026-12-14' where case_id = %s", [UEDA])
    admin.commit()
    page = as_("lena").get("/reviews").text
    assert page.index("上田") < page.index("阿部") and "6か月以内" in page


def test_a_file_shows_claim_and_limitation_step_by_step(as_, admin):
    page = as_("lena").get(f"/reviews/{UEDA}").text
    for word in (
        "学校給食費",
        "民法・契約",
        "私債権",
        "50,000円",
        "督促の到達",
        "地方自治法236条4項",
        "令和11年7月24日",
        "令和11年6月30日",
    ):
        assert word in page
    seen = admin.execute("select ids from audit.event where noun = 'casefile' and verb = 'read'").fetchall()
    assert ([UEDA],) in seen


def test_a_last_day_the_copy_cannot_explain_is_not_explained(as_, admin):
    admin.execute("update shared.claim set last_day = '2031-01-01' where case_id = %s", [UEDA])
    admin.commit()
    page = as_("lena").get(f"/reviews/{UEDA}").text
    assert "計算経過を示せません" in page and "督促の到達" in page


@pytest.mark.parametrize("decision", ["payment_order", "welfare"])
def test_every_decision_goes_to_the_desk_with_its_reasons(as_, admin, decision):
    sent = decide(as_("lena"), decision=decision)
    assert sent.location == (f"/cases/{UEDA}/referral" if decision == "welfare" else f"/reviews/{UEDA}")
    assert admin.execute(ROWS).fetchall() == [(decision, "資力あり", "decided", None)]
    assert "市の判断を待っています" in as_("lena").get(f"/reviews/{UEDA}").text


def test_a_decision_needs_a_kind_and_reasons(as_, admin):
    for form in ({"decision": ""}, {"decision": "shame"}, {"reasons": ""}):
        assert decide(as_("lena"), **form).status_code == 422
    assert not admin.execute(ROWS).fetchall()


def test_a_second_click_stores_nothing(as_, admin):
    lena = as_("lena")
    decide(lena)
    assert decide(lena).status_code == 409
    assert len(admin.execute(ROWS).fetchall()) == 1


def test_sent_back_a_new_row_follows_and_the_history_stays(as_, admin):
    lena, dan = as_("lena"), as_("dan")
    decide(lena)
    answer(dan, admin, decision="send_back", answer="勤務先を確認してください")
    assert "勤務先を確認してください" in lena.get(f"/reviews/{UEDA}").text
    decide(lena, decision="inquire", reasons="勤務先不明")
    assert [row[0::2] for row in admin.execute(ROWS)] == [("payment_order", "sent_back"), ("inquire", "decided")]
    page = lena.get(f"/reviews/{UEDA}").text
    assert "資力あり" in page and "勤務先不明" in page


def test_accepted_the_team_goes_on_and_may_decide_again(as_, admin):
    decide(as_("lena"), decision="negotiate")
    answer(as_("dan"), admin)
    assert "了承" in as_("lena").get("/reviews?state=accepted").text
    assert decide(as_("lena"), decision="lawsuit").status_code == 302


@pytest.mark.parametrize("decision", ["return", "stop_collection"])
def test_what_hands_the_file_back_changes_hands_on_acceptance(as_, admin, decision):
    decide(as_("lena"), decision=decision)
    assert answer(as_("dan"), admin).status_code == 302
    assert as_("lena").get(f"/reviews/{UEDA}").status_code == 404
    stone = admin.execute("select outcome from shared.tombstone where case_id = %s", [UEDA]).fetchone()
    assert stone == ("returned",)
    assert answer(as_("dan"), admin).status_code == 409


def test_an_answer_needs_words_and_a_review(as_, admin):
    decide(as_("lena"))
    assert answer(as_("dan"), admin, answer="").status_code == 422
    assert (
        as_("dan").send(f"/reviews/decisions/{uuid.uuid4()}/answer", decision="accept", answer="x").status_code == 404
    )


def test_somebody_elses_file_is_a_missing_one(as_):
    lena = as_("lena")
    for case in (ABE, uuid.uuid4()):
        assert (lena.get(f"/reviews/{case}").status_code, decide(lena, case).status_code) == (404, 404)


def test_only_lawyers_review_and_only_the_desk_answers(as_, admin):
    for who in ("alma", "sora", "dan", "wim", "auda", "adi"):
        client = as_(who)
        assert [client.get(path).status_code for path in ("/reviews", f"/reviews/{UEDA}")] == [403, 403]
        assert decide(client).status_code == 403
    decide(as_("lena"))
    for who in ("alma", "lena", "wim", "auda", "adi"):
        assert answer(as_(who), admin).status_code == 403


def test_the_call_centre_has_no_eye_for_limitation(acting):
    with pytest.raises(DBAPIError) as refused, acting("alma", "case:show"):
        db.session.execute(db.text("select * from shared.claim_event"))
    assert refused.value.orig.sqlstate == "42501"
