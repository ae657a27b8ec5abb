"""受領確認・受任の回答, door by door."""

import pytest

from tests import cast

MORI, UEDA, ITO = (cast.id_(case) for case in ("mori_north", "ueda_law", "ito_south"))


def question(as_, admin, who="lena", case=UEDA, decision="asked"):
    answer = as_(who).send(f"/cases/{case}/acceptance", decision=decision, note="資料はありますか。")
    assert answer.status_code == 302
    return admin.execute("select id from shared.acceptance where case_id = %s", [case]).fetchone()[0]


def test_confirmed_in_bulk(as_, admin):
    sora = as_("sora")
    assert "受領確認前" in as_("alma").get("/cases").text and "受領確認前" in as_("alma").get(f"/cases/{MORI}").text
    assert "全3件の受領を確認する" in sora.get("/acceptances").text
    assert "1件の受領を確認しました。" in sora.get(sora.send("/acceptances", case=str(MORI)).location).text
    assert "受領確認前" not in as_("alma").get(f"/cases/{MORI}").text
    assert "2件の受領を確認しました。" in sora.get(sora.send("/acceptances", all="1").location).text
    assert "受領を確認していない案件はありません。" in sora.get("/acceptances").text
    assert "森" in sora.get("/acceptances?state=accepted").text


def test_a_lawyer_has_own_words_for_it(as_):
    page = as_("lena").get(f"/cases/{UEDA}/acceptance").text
    assert all(word in page for word in ("受任する", "受任できない", "市に照会する"))


def test_asked_answered_accepted(as_, admin):
    asked = question(as_, admin)
    assert "受領・受任の回答" in as_("dan").get("/inbox").text
    dan = as_("dan")
    assert "資料はありますか。" in dan.get(f"/acceptances/{asked}").text
    assert dan.send(f"/acceptances/{asked}/answer", decision="answer", answer="").status_code == 422
    assert (
        dan.send(f"/acceptances/{asked}/answer", decision="answer", answer="申込書の写しを送ります。").status_code
        == 302
    )
    lena = as_("lena")
    assert "申込書の写しを送ります。" in lena.get(f"/cases/{UEDA}/acceptance").text
    assert "上田" in lena.get("/acceptances?state=answered").text
    assert lena.send(f"/cases/{UEDA}/acceptance", decision="accepted").status_code == 302
    late = dan.send(f"/acceptances/{asked}/answer", decision="answer", answer="もう一度")
    assert "すでに回答済みです。" in dan.get(late.location).text


def test_declined_and_taken_back(as_, admin):
    declined = question(as_, admin, "sora", MORI, "declined")
    assert (
        as_("dan").send(f"/acceptances/{declined}/answer", decision="take_back", answer="受け取りました。").status_code
        == 302
    )
    assert as_("sora").get(f"/cases/{MORI}/acceptance").status_code == 404
    assert "受け取りました。" in as_("dan").get(f"/acceptances/{declined}").text


@pytest.mark.parametrize("form", [{}, {"decision": "asked"}, {"decision": "declined", "note": "  "}, {"decision": "x"}])
def test_words_are_asked_for(as_, form):
    assert as_("sora").send(f"/cases/{MORI}/acceptance", **form).status_code == 422


def test_who_may_not(as_, admin):
    asked = question(as_, admin)
    assert as_("sora").get(f"/cases/{ITO}/acceptance").status_code == 404
    assert as_("sora").send(f"/cases/{ITO}/acceptance", decision="accepted").status_code == 404
    assert as_("alma").get("/acceptances").status_code == 403
    assert as_("alma").send("/acceptances", all="1").status_code == 403
    assert as_("lena").get(f"/acceptances/{asked}").status_code == 403
    assert as_("wim").send(f"/acceptances/{asked}/answer", decision="answer", answer="x").status_code == 403
    assert as_("sora").send("/acceptances", case="x").status_code == 400
    assert as_("sora").send("/acceptances").status_code == 302
    assert as_("dan").get(f"/acceptances/{MORI}").status_code == 404


def test_a_law_team_accepts_mandates_and_a_call_centre_confirms_receipt(as_):
    lena, sora = as_("lena").get("/acceptances").text, as_("sora").get("/acceptances").text
    assert "<h1>受任前の確認</h1>" in lena and "全2件を受任する" in lena and "受領" not in lena
    assert "<h1>受領確認</h1>" in sora and "の受領を確認する" in sora and "受任" not in sora
    assert "受任する" in as_("lena").get(f"/cases/{cast.id_('ueda_law')}/acceptance").text
    client = as_("lena")
    assert "2件を受任しました" in client.get(client.send("/acceptances", all="1").location).text
