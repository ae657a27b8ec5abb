"""回収再開: only the desk lets contact run again."""

import uuid

import pytest
from sqlalchemy.exc import DBAPIError

from portal.db import db
from portal.models.attempts import Attempt
from portal.models.placements import Hold
from tests import cast
from tests.web.test_referrals import ABE, ABE_LAW, MORI, send, walk
from tests.web.test_returns import held


@pytest.fixture
def referral(as_, admin):
    send(as_("alma"))
    return admin.execute("select id from shared.referral").fetchone()[0]


@pytest.fixture
def declined(as_, referral):
    walk(as_("wim"), referral, "acknowledgement")
    as_("wim").send(f"/referrals/{referral}/refusal", **{"decline-reason": "転出されています"})
    return referral


def test_a_referral_stops_the_law_team_too_without_saying_why(as_, admin, referral):
    assert all(held(admin, ABE, ABE_LAW))
    page = as_("lena").get(f"/reviews/{ABE_LAW}").text
    assert "連絡停止" in page and "福祉へのつなぎ" not in page and "北コール" not in page


def test_nobody_can_open_a_call_afterwards(acting, referral):
    for who, case in (("alma", ABE), ("lena", ABE_LAW)):
        with pytest.raises(DBAPIError) as refused, acting(who, "call:open") as agent:
            db.session.add(Attempt(org_id=agent.org_id, case_id=case, by_id=agent.account_id, at=cast.NOW, channel="call",
                                   state="open", verdict="yes"))  # fmt: skip
            db.session.flush()
        assert refused.value.orig.sqlstate == "P0409"


def test_welfares_own_contact_is_not_stopped(as_, referral):
    walk(as_("wim"), referral, "acknowledgement")
    note = {"note-kind": "contact", "note-body": "お電話しました"}
    assert as_("wim").send(f"/referrals/{referral}/notes", **note).status_code == 302


def refused(acting, who, statement):
    with pytest.raises(DBAPIError) as error, acting(who, "session:close"):
        db.session.execute(statement)
    return error.value.orig.sqlstate


def test_the_database_lets_nobody_else_lift(acting, referral):
    for who in ("alma", "lena", "wim", "auda", "adi"):
        lifted = {"lifted_at": cast.NOW, "lifted_by": cast.id_(who), "lift_reason": "x"}
        assert refused(acting, who, db.update(Hold).values(lifted)) == "42501"


def test_no_partner_reads_welfares_side(acting, declined):
    for who in ("alma", "sora", "lena"):
        for table in ("care", "assessment"):
            assert refused(acting, who, db.text(f"select * from city.{table}")) == "42501"


def test_only_the_desk_decides(as_, declined):
    for who in ("alma", "lena", "wim", "auda", "adi"):
        client = as_(who)
        assert client.get(f"/referrals/{declined}/decision").status_code == 403
        for verb in ("resumption", "withdrawal"):
            assert client.send(f"/referrals/{declined}/{verb}", reason="x").status_code == 403
        assert client.get(f"/persons/{cast.id_('abe')}/holds").status_code == 403
        assert client.send(f"/holds/{uuid.uuid4()}/lifting", reason="x").status_code == 403


def test_the_desk_waits_for_welfare(as_, referral):
    dan = as_("dan")
    assert "福祉の回答を待っています" in dan.get(f"/referrals/{referral}/decision").text
    assert dan.send(f"/referrals/{referral}/resumption", reason="x").status_code == 409
    assert dan.send(f"/referrals/{uuid.uuid4()}/resumption", reason="x").status_code == 404


def test_resuming_thaws_everybody_and_the_partner_reads_the_bare_word(as_, admin, declined):
    dan = as_("dan")
    page = dan.get(f"/referrals/{declined}/decision").text
    assert "転出されています" in page and "仕事がなくなり" not in page
    assert dan.send(f"/referrals/{declined}/resumption", reason="").status_code == 422
    assert dan.send(f"/referrals/{declined}/resumption", reason="本人と面談済み").status_code == 302
    assert held(admin, ABE, ABE_LAW) == [None, None]
    lifted = admin.execute("select lift_reason, lifted_by from city.hold").fetchall()
    assert lifted == [("本人と面談済み", cast.id_("dan"))]
    page = as_("alma").get("/referrals/sent").text
    assert "回収再開" in page and "転出" not in page and "面談" not in page
    assert dan.send(f"/referrals/{declined}/resumption", reason="もう一度").status_code == 409


def test_a_second_hold_keeps_everything_stopped_until_the_last_is_lifted(as_, admin, declined):
    as_("lena").send(f"/cases/{ABE_LAW}/return", reason="disputed")
    dan = as_("dan")
    assert "ほかの連絡停止があります" in dan.get(f"/referrals/{declined}/decision").text
    dan.send(f"/referrals/{declined}/resumption", reason="面談済み")
    assert all(held(admin, ABE, ABE_LAW))
    back = admin.execute("select id from shared.return").fetchone()[0]
    dan.send(f"/returns/{back}/answer", decision="ask_back", answer="続けてください")
    assert held(admin, ABE, ABE_LAW) == [None, None]


def test_withdrawing_takes_the_case_and_leaves_the_person_in_peace(as_, admin, declined):
    assert as_("dan").send(f"/referrals/{declined}/withdrawal", reason="支援中のため").status_code == 302
    stored = "select r.outcome, c.state, r.org_id from shared.referral r join shared.casefile c on c.id = r.case_id"
    assert admin.execute(stored).fetchone() == ("withdrawn", "recalled", cast.id_("city"))
    assert admin.execute("select lifted_at from city.hold").fetchall() == [(None,)]
    assert held(admin, ABE_LAW) != [None]
    assert "判断済みです" in as_("dan").get(f"/referrals/{declined}/decision").text


def test_the_desk_lifts_what_is_left_and_only_that(as_, admin, declined):
    dan, person = as_("dan"), cast.id_("abe")
    hold = admin.execute("select id from city.hold").fetchone()[0]
    assert "先にしてください" in dan.get(f"/persons/{person}/holds").text
    assert "先にしてください" in dan.send(f"/holds/{hold}/lifting", reason="x").text
    dan.send(f"/referrals/{declined}/withdrawal", reason="支援中のため")
    assert dan.send(f"/holds/{hold}/lifting", reason="").status_code == 422
    assert dan.send(f"/holds/{hold}/lifting", reason="支援が終わりました").status_code == 302
    assert held(admin, ABE_LAW) == [None]
    page = dan.get(f"/persons/{person}/holds").text
    assert "この方への連絡は止まっていません" in page and "支援が終わりました" in page
    assert dan.send(f"/holds/{hold}/lifting", reason="もう一度").status_code == 404


def test_a_protection_needs_two_people(as_, admin):
    hold = uuid.uuid4()
    admin.execute("set session_replication_role = replica")
    admin.execute(
        "insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at) values (%s, %s, 'protection', %s, %s, %s, now())",
        [hold, cast.id_("mori"), uuid.uuid4(), cast.id_("city"), cast.id_("dan")],
    )
    admin.commit()
    answer = as_("dan").send(f"/holds/{hold}/lifting", reason="x")
    assert (answer.status_code, "二人確認" in answer.text) == (409, True)


def test_nobody_held_and_nobody_there(as_):
    assert "止まっていません" in as_("dan").get(f"/persons/{cast.id_('mori')}/holds").text
    assert as_("dan").get(f"/persons/{MORI}/holds").status_code == 404
