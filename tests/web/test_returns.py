"""市へ返却する, and the desk's answer."""

import uuid

from portal.rules.returns import RETURN_REASONS
from tests import cast

MORI, ABE, ABE_LAW = (cast.id_(case) for case in ("mori_north", "abe_north", "abe_law"))
ROWS = "select state, reason, note, answer from shared.return order by at"


def send(client, case=MORI, **form):
    return client.send(f"/cases/{case}/return", **{"reason": "disputed", "note": "金額が違うとのこと", **form})


def held(admin, *cases):
    return [admin.execute("select held_at from shared.casefile where id = %s", [c]).fetchone()[0] for c in cases]


def the_return(admin):
    return admin.execute("select id from shared.return order by at desc").fetchone()[0]


def test_the_form_offers_every_reason_and_takes_one_from_the_address(as_):
    page = as_("alma").get(f"/cases/{MORI}/return?reason=disputed").text
    assert all(label in page for label in RETURN_REASONS.values())
    assert 'value="disputed" checked' in page
    assert "この方への連絡が止まります" in page


def test_sending_stores_it_and_stops_contact_at_every_partner(as_, admin):
    assert send(as_("alma"), ABE).status_code == 302
    assert admin.execute(ROWS).fetchall() == [("sent", "disputed", "金額が違うとのこと", None)]
    assert all(held(admin, ABE, ABE_LAW))


def test_a_second_click_stores_nothing_and_says_so(as_, admin):
    alma = as_("alma")
    send(alma)
    again = send(alma)
    assert (again.status_code, "すでに市へ返却しています" in again.text) == (409, True)
    assert "すでに市へ返却しています" in alma.get(f"/cases/{MORI}/return").text
    assert len(admin.execute(ROWS).fetchall()) == len(admin.execute("select from city.hold").fetchall()) == 1


def test_a_return_needs_a_known_reason(as_, admin):
    alma = as_("alma")
    for form in ({"reason": ""}, {"reason": "bored"}, {"reason": "other", "note": " "}):
        assert send(alma, **form).status_code == 422
    assert not admin.execute(ROWS).fetchall()


def test_somebody_elses_case_is_a_missing_one(as_):
    for case in (cast.id_("ito_south"), cast.id_("recalled_north"), uuid.uuid4()):
        alma = as_("alma")
        assert (alma.get(f"/cases/{case}/return").status_code, send(alma, case).status_code) == (404, 404)
    assert as_("alma").get("/cases/7/return").status_code == 404


def test_only_partners_send(as_):
    assert {send(as_(who)).status_code for who in ("dan", "wim", "auda", "adi")} == {403}


def test_the_desk_takes_it_back_and_the_partner_keeps_a_tombstone(as_, admin):
    send(as_("alma"))
    dan, back = as_("dan"), the_return(admin)
    page = dan.get(f"/returns/{back}").text
    assert "金額・債務への異議" in page and "金額が違うとのこと" in page
    assert dan.send(f"/returns/{back}/answer", decision="accept", answer="受領しました").status_code == 302
    assert admin.execute(ROWS).fetchall() == [("accepted", "disputed", "金額が違うとのこと", "受領しました")]
    assert as_("alma").get(f"/cases/{MORI}/return").status_code == 404
    stone = admin.execute("select outcome from shared.tombstone where case_id = %s", [MORI]).fetchone()
    assert stone == ("returned",)
    assert admin.execute("select lifted_at from city.hold").fetchall() == [(None,)]
    assert dan.get(f"/returns/{back}").status_code == 200


def test_the_desk_may_lift_with_the_acceptance(as_, admin):
    send(as_("alma"), ABE)
    as_("dan").send(f"/returns/{the_return(admin)}/answer", decision="accept", answer="受領", lift="y")
    assert held(admin, ABE_LAW) == [None]


def test_sent_back_the_case_runs_again_and_the_partner_reads_why(as_, admin):
    send(as_("alma"), ABE)
    back = the_return(admin)
    answer = as_("dan").send(f"/returns/{back}/answer", decision="ask_back", answer="台帳を直しました")
    assert answer.status_code == 302
    assert held(admin, ABE, ABE_LAW) == [None, None]
    page = as_("alma").get("/referrals/sent?kind=returns").text
    assert "台帳を直しました" in page and "継続依頼" in page
    assert send(as_("alma"), ABE).status_code == 302


def test_an_answer_is_given_once_with_words(as_, admin):
    send(as_("alma"))
    back = the_return(admin)
    dan = as_("dan")
    assert dan.send(f"/returns/{back}/answer", decision="accept", answer="").status_code == 422
    dan.send(f"/returns/{back}/answer", decision="ask_back", answer="続けてください")
    assert dan.send(f"/returns/{back}/answer", decision="accept", answer="やはり").status_code == 409
    assert dan.send(f"/returns/{uuid.uuid4()}/answer", decision="accept", answer="x").status_code == 404


def test_only_the_desk_answers(as_, admin):
    send(as_("alma"))
    back = the_return(admin)
    for who in ("alma", "lena", "wim", "auda", "adi"):
        assert as_(who).get(f"/returns/{back}").status_code == 403
        assert as_(who).send(f"/returns/{back}/answer", decision="accept", answer="x").status_code == 403
