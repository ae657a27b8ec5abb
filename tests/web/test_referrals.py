"""福祉へつなぐ: the sheet, what the partner hears, and welfare's way with it."""

import uuid

import pytest

from portal.rules.hardship import BOXES, FAULTS
from portal.rules.urgency import HELPLINES
from tests import cast

MORI, KATO, ABE, ABE_LAW = (cast.id_(case) for case in ("mori_north", "kato_north", "abe_north", "abe_law"))
SHEET = {
    "urgency": "high", "noticed_by": "call", "boxes": ["income", "health"], "worst": "income", "words": "仕事がなくなり食費に困っています",
    "consent": "oral", "consent_scope": "市の福祉部門", "safe_times": "平日の午前", "safe_phone": "090-0000-0104", "voicemail_ok": "y",
}  # fmt: skip
ROW = "select urgency, boxes, worst, consent, safe_phone, voicemail_ok, received_at, outcome from shared.referral order by at"


def send(client, case=ABE, **form):
    return client.send(f"/cases/{case}/referral", **{**SHEET, **form})


@pytest.fixture
def referral(as_, admin):
    """Alma has referred Abe."""
    send(as_("alma"))
    return admin.execute("select id from shared.referral").fetchone()[0]


def walk(wim, referral, *steps):
    for step in steps:
        assert wim.send(f"/referrals/{referral}/{step}").status_code == 302


def test_the_form_shows_sixteen_boxes_signals_and_the_emergency_numbers(as_, admin):
    admin.execute("insert into shared.setting (id, name, valid_from, value, audience)"
                  " values (gen_random_uuid(), 'welfare_duty_line', '2026-04-01', '0565-00-0110', 'all')")  # fmt: skip
    admin.commit()
    page = as_("alma").get(f"/cases/{ABE}/referral?urgency=emergency").text
    assert all(label in page for label in BOXES.values())
    assert "0565-00-0110" in page and all(line.number in page for line in HELPLINES)
    assert 'value="emergency" checked' in page
    assert "税のこと" in page and "円" not in page.split("<main")[1]


def test_sending_stores_the_sheet_and_says_what_happens_next(as_, admin):
    alma = as_("alma")
    sent = send(alma)
    assert admin.execute(ROW).fetchall() == [
        ("high", ["income", "health"], "income", "oral", "+819000000104", True, None, None)
    ]
    page = alma.get(sent.location).text
    assert "11月25日（水）17:15" in page and "11月26日（木）17:15" in page
    assert HELPLINES[0].number not in page


def test_an_emergency_shows_the_numbers_after_sending(as_):
    alma = as_("alma")
    assert HELPLINES[0].number in alma.get(send(alma, urgency="emergency").location).text


FAULTY = {
    "no_box": {"boxes": []}, "unknown_box": {"boxes": ["tax"], "worst": ""}, "worst_not_chosen": {"worst": "care"},
    "no_words": {"words": " "}, "unknown_urgency": {"urgency": ""}, "unknown_consent": {"consent": "x"},
    "no_scope": {"consent_scope": ""}, "scope_without_consent": {"consent": "none"},
}  # fmt: skip


def test_a_faulty_sheet_stays_and_says_why(as_, admin):
    alma = as_("alma")
    for fault, form in FAULTY.items():
        answer = send(alma, **form)
        assert (answer.status_code, FAULTS[fault] in answer.text) == (422, True), fault
    assert set(FAULTY) == set(FAULTS)
    assert not admin.execute(ROW).fetchall()
    assert admin.execute("select from audit.event where noun = 'casefile' and verb = 'read'").fetchall()


def test_a_number_must_be_a_number(as_):
    assert "電話番号として読めません" in send(as_("alma"), safe_phone="12").text


def test_only_a_more_urgent_sheet_may_follow(as_, admin):
    alma = as_("alma")
    send(alma)
    again = send(alma)
    assert (again.status_code, "すでに福祉へつないでいます" in again.text) == (409, True)
    assert "すでに福祉へつないでいます" in alma.get(f"/cases/{ABE}/referral").text
    assert send(alma, urgency="emergency").status_code == 302
    assert len(admin.execute(ROW).fetchall()) == 2


def test_somebody_elses_case_is_a_missing_one(as_):
    alma = as_("alma")
    for case in (cast.id_("ito_south"), cast.id_("recalled_north"), uuid.uuid4()):
        assert (alma.get(f"/cases/{case}/referral").status_code, send(alma, case).status_code) == (404, 404)


def test_only_partners_send(as_):
    assert {send(as_(who)).status_code for who in ("dan", "wim", "auda", "adi")} == {403}


def test_welfare_sees_emergencies_first_then_by_time(as_, november):
    alma = as_("alma")
    send(alma, MORI, urgency="medium")
    send(alma, KATO, urgency="high")
    november.move_to("2026-11-25T14:20:00+09:00")
    send(alma, ABE, urgency="emergency")
    page = as_("wim").get("/referrals").text
    assert page.index("阿部") < page.index("加藤") < page.index("森")
    assert "あと15分" in page or "あと14分" in page
    november.move_to("2026-11-25T15:20:00+09:00")
    assert "超過" in as_("wim").get("/referrals").text


def test_nothing_new_says_where_the_others_are(as_):
    assert "未受付のつなぎはありません" in as_("wim").get("/referrals").text
    assert "対応中の方はいません" in as_("wim").get("/referrals/working").text


def test_the_sheet_has_the_citys_own_name_and_address_and_no_amount(as_, admin, referral):
    page = as_("wim").get(f"/referrals/{referral}").text
    assert "阿部" in page and "豊川野市本町4丁目1番地" in page and "090-0000-0104" in page
    assert "円" not in page.split("<main")[1] and "滞納" not in page
    seen = admin.execute("select ids from audit.event where noun = 'referral' and verb = 'read'").fetchall()
    assert ([referral],) in seen


def test_receiving_accepting_accompanying_and_closing(as_, admin, referral):
    wim = as_("wim")
    walk(wim, referral, "acknowledgement")
    assert "阿部" not in wim.get("/referrals").text.split("<main")[1] and "阿部" in wim.get("/referrals/working").text
    walk(wim, referral, "acceptance")
    note = {"note-kind": "contact", "note-body": "電話しました。明日来所されます。"}
    assert wim.send(f"/referrals/{referral}/notes", **note).status_code == 302
    stage = {"note-kind": "stage", "note-stage": "booked", "note-body": "26日10時"}
    assert wim.send(f"/referrals/{referral}/notes", **stage).status_code == 302
    close = {"close-outcome": "emergency_support", "close-body": "食料支援につなぎました"}
    assert wim.send(f"/referrals/{referral}/closure", **close).status_code == 302
    state = "select state, stage, outcome, closed_at is not null from city.care"
    assert admin.execute(state).fetchone() == ("closed", "booked", "emergency_support", True)
    page = wim.get(f"/referrals/{referral}").text
    assert page.index("食料支援") < page.index("相談予約　26日10時") < page.index("電話しました")
    assert "阿部" in wim.get("/referrals/working?state=over").text


def test_each_step_comes_once_and_in_its_turn(as_, referral):
    wim = as_("wim")
    assert wim.send(f"/referrals/{referral}/acceptance").status_code == 404
    walk(wim, referral, "acknowledgement")
    assert wim.send(f"/referrals/{referral}/acknowledgement").status_code == 409
    assert (
        wim.send(f"/referrals/{referral}/closure", **{"close-outcome": "not_needed", "close-body": "x"}).status_code
        == 409
    )
    assert wim.send(f"/referrals/{referral}/refusal").status_code == 422
    walk(wim, referral, "acceptance")
    assert wim.send(f"/referrals/{referral}/refusal", **{"decline-reason": "x"}).status_code == 409
    assert wim.send(f"/referrals/{referral}/notes", **{"note-kind": "stage", "note-body": "x"}).status_code == 422
    assert (
        wim.send(f"/referrals/{referral}/closure", **{"close-outcome": "resumed", "close-body": "x"}).status_code == 422
    )
    assert wim.send(f"/referrals/{uuid.uuid4()}/acknowledgement").status_code == 404


def test_the_partner_reads_receipt_and_bare_outcome_only(as_, referral):
    alma, wim = as_("alma"), as_("wim")
    assert "未受領" in alma.get("/referrals/sent").text
    walk(wim, referral, "acknowledgement")
    page = alma.get("/referrals/sent").text
    assert "未受領" not in page and "対応中" not in page.split("<main")[1]
    walk(wim, referral, "acceptance")
    assert "対応中" in alma.get("/referrals/sent").text.split("<main")[1]


def test_a_declined_referral_looks_like_a_received_one_to_the_partner(as_, referral):
    walk(as_("wim"), referral, "acknowledgement")
    before = as_("alma").get("/referrals/sent").text.split("<main")[1].split("<footer")[0]
    assert (
        as_("wim").send(f"/referrals/{referral}/refusal", **{"decline-reason": "転出されています"}).status_code == 302
    )
    assert as_("alma").get("/referrals/sent").text.split("<main")[1].split("<footer")[0] == before


def test_bo_and_lena_see_nothing_of_norths_referral(as_, referral):
    assert "福祉へつないだ方はいません" in as_("lena").get("/referrals/sent").text
    assert as_("bo").get(f"/referrals/sent/{referral}").status_code == 404
    assert as_("lena").get(f"/referrals/sent/{referral}").status_code == 404


def test_welfare_still_sees_a_person_whose_case_was_recalled(as_, acting, referral):
    from portal.actions import recalls

    with acting("dan", "case:recall") as dan:
        recalls.recall(ABE, reason="決裁", by=dan)
    wim = as_("wim")
    assert "阿部" in wim.get("/referrals").text and "北コールセンター" in wim.get("/referrals").text
    assert "豊川野市本町4丁目" in wim.get(f"/referrals/{referral}").text
    walk(wim, referral, "acknowledgement", "acceptance")
    assert as_("alma").get(f"/referrals/sent/{referral}").status_code == 404


def test_only_welfare_reads_and_answers_and_only_partners_hear_back(as_, referral):
    for who in ("alma", "sora", "lena", "dan", "auda", "adi"):
        client = as_(who)
        for path in ("/referrals", "/referrals/working", f"/referrals/{referral}"):
            assert client.get(path).status_code == 403
        for step in ("acknowledgement", "acceptance", "refusal", "notes", "closure"):
            assert client.send(f"/referrals/{referral}/{step}").status_code == 403
    assert {as_(who).get("/referrals/sent").status_code for who in ("wim", "dan", "auda", "adi")} == {403}


def test_bad_ids_and_methods(as_):
    wim = as_("wim")
    assert (wim.get(f"/referrals/{uuid.uuid4()}").status_code, wim.get("/referrals/7").status_code) == (404, 404)
    assert wim.send("/referrals").status_code == 405
