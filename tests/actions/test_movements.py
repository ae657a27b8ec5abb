"""A new verdict on a placed claim: what the load does about the case, in one transaction, and what the desk decides."""

import threading

import pytest
import sqlalchemy as sa

from portal.actions import movements, reactions
from portal.db import db
from portal.models.attempts import Attempt
from portal.rules.lifecycles import NotNow
from tests import cast
from tests.desk import MORI, Desk, claims, debtor, ledger, record

CASE = cast.id_("mori_north")


@pytest.fixture
def desk(app, acting):
    return Desk(app, acting)


def case(admin, name="mori_north"):
    return admin.execute(
        "select f.state, f.held_at is not null, f.balance, f.claims, p.end_reason from shared.casefile f"
        " join city.placement p on p.case_id = f.id where f.id = %s",
        [cast.id_(name)],
    ).fetchone()


def listed(admin):
    return admin.execute(
        "select m.code, m.effect, m.case_id = %s, m.decision from city.movement m where code <> 'vanished' order by m.code",
        [CASE],
    ).fetchall()


def moves(desk, **cells):
    return desk.take_in(MORI | cells, whole=False)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"生活保護": "1"}, "public_assistance"),
        ({"徴収停止": "1"}, "collection_stopped"),
        ({"支援措置": "1"}, "protected_address"),
    ],
)
def test_a_case_comes_back_at_once(desk, admin, as_, cells, code):
    moves(desk, **cells)
    assert (case(admin)[0], case(admin)[4]) == (
        "recalled",
        "支援措置" if code == "protected_address" else reactions.label(code),
    )
    assert listed(admin) == [(code, "recalled", True, None)]
    assert as_("alma").get(f"/cases/{CASE}").status_code == 404
    moves(desk, **cells)
    assert len(listed(admin)) == 1, "the same verdict again is nothing new"


def test_time_barred_too(desk, admin):
    """学童保育料 (302) is a public-law claim of five years."""
    admin.execute("update city.receivable set kind_code = '302', class = 'nonenforceable_public', due_on = '2018-06-30' where id = %s",
                  [cast.id_("mori_receivable")])  # fmt: skip
    intake = moves(desk, 債権種別コード="302", 納期限="2018-06-30", 督促発送日="2018-07-20", 督促到達日="2018-07-24")
    assert intake.totals["reasons"] == {"time_barred": [1, 10000]}
    assert (case(admin)[0], listed(admin)) == ("recalled", [("time_barred", "recalled", True, None)])


def test_a_paid_case_is_closed(desk, admin):
    moves(desk, 収納額="10000")
    assert case(admin)[:3] == ("closed", False, 0)
    assert listed(admin) == [("paid", "closed", True, None)]


@pytest.mark.parametrize(
    ("cells", "code", "effect"),
    [
        ({"破産": "1"}, "bankruptcy", "law_team"),
        ({"受任通知": "1"}, "represented", "law_team"),
        ({"係争中": "1"}, "disputed", "law_team"),
        ({"死亡": "1"}, "deceased", "desk"),
        ({"未成年等": "1"}, "legal_incapacity", "desk"),
        ({"減免申請中": "1"}, "relief_pending", "desk"),
        ({"分納中": "1"}, "instalments_kept", "desk"),
        ({"調定額": "壱万円"}, "rejected", "held"),
    ],
)
def test_contact_stops_until_the_desk_decides(desk, admin, cells, code, effect):
    moves(desk, **cells)
    assert case(admin)[:3] == ("open", True, 10_000)
    assert listed(admin) == [(code, effect, True, None)]
    assert admin.execute("select h.kind, h.source_id = m.id from city.hold h, city.movement m").fetchall() == [
        ("movement", True)
    ]


def test_refused_is_held_and_nothing_of_it_is_stored(desk, admin):
    """水道料金 may be stored; here the record of a stored claim comes without the day that decides its class."""
    admin.execute("update city.receivable set kind_code = '363' where id = %s", [cast.id_("mori_receivable")])
    moves(desk, 債権種別コード="363")
    assert listed(admin) == [("refused", "held", True, None)]
    assert case(admin)[:2] == ("open", True)


def test_limitation_passed_stops_a_call_centre_and_no_law_team(desk, admin):
    passed = {"納期限": "2015-06-30", "督促発送日": "2015-07-20", "督促到達日": "2015-07-24"}
    desk.take_in(
        MORI | passed,
        MORI | passed | {"宛名番号": "0000000005", "氏名": "上田　五月", "調定額": "50000", "電話番号1": ""},
        whole=False,
    )
    assert listed(admin) == [("limitation_passed", "law_team", True, None)]
    assert (case(admin)[1], case(admin, "ueda_law")[1]) == (True, False)


def test_of_a_person_one_movement_of_a_claim_one_each(desk, admin):
    desk.take_in(MORI, MORI | {"期別": "2"}, whole=False)
    from tests.actions.test_reactions import second_claim

    admin.execute(
        "delete from city.receivable_event e using city.receivable r where r.id = e.receivable_id and r.instalment = '2'"
    )
    admin.execute("delete from city.receivable where instalment = '2'")
    second_claim(admin)
    desk.take_in(MORI | {"破産": "1"}, MORI | {"期別": "2", "調定額": "700", "破産": "1", "係争中": "1"}, whole=False)
    assert [row[0] for row in listed(admin)] == ["bankruptcy", "disputed"]
    desk.take_in(
        MORI | {"係争中": "1"}, MORI | {"期別": "2", "調定額": "700", "係争中": "1", "徴収停止": "1"}, whole=False
    )
    assert [row[0] for row in listed(admin)] == ["bankruptcy", "collection_stopped", "disputed", "disputed"]
    assert case(admin)[:4] == ("open", True, 10_000, 1), "one claim of two left; the case goes on"


def test_protection_erases_the_person_under_every_number(desk, admin):
    desk.take_in(record(9001, 氏名="別名　花"), whole=False)
    admin.execute("update city.debtor set person_id = %s where number = '0000009001'", [cast.id_("mori")])
    moves(desk, 支援措置="1")
    for number in (1, 9001):
        assert (debtor(admin, number)["protected"], debtor(admin, number)["name"]) == (True, None)
        assert [(c["summary"], c["memo"], c["notice_no"]) for c in claims(admin, number)] == [(None, None, None)]
    assert admin.execute("select count(*) from city.load_image").fetchone() == (0,), (
        "nor in what an undo would put back"
    )
    assert admin.execute("select count(*) from shared.contactee where case_id = %s", [CASE]).fetchone() == (0,)


def test_a_load_waits_for_a_call_that_is_being_opened_and_then_takes_the_case(desk, admin, acting, app):
    """Alma's transaction has the person; the load ends behind it, and her line is closed with the case."""
    desk.check(ledger(MORI | {"生活保護": "1"}))
    desk.ask_load()
    ticket = desk.see().ticket_id
    with acting("alma", "call:open") as alma:
        db.session.add(Attempt(org_id=alma.org_id, case_id=CASE, by_id=alma.account_id, at=cast.NOW, channel="call",
                               state="open", verdict="yes"))  # fmt: skip
        db.session.flush()
        worker = threading.Thread(target=desk.perform, args=[ticket])
        worker.start()
        worker.join(1)
        assert worker.is_alive() and case(admin)[0] == "open"
    worker.join(30)
    assert (worker.is_alive(), case(admin)[0]) == (False, "recalled")
    assert admin.execute("select state from shared.attempt where case_id = %s", [CASE]).fetchall() == [("done",)]


def decide(acting, admin, decision, code="vanished", who="dan"):
    ids = [row[0] for row in admin.execute("select id from city.movement where code = %s and decision is null", [code])]
    with acting(who, "movement:decide") as by:
        return ids, movements.decide(ids, decision=decision, note="担当課に確認", by=by)


def test_the_desk_withdraws_what_vanished(desk, acting, admin):
    desk.take_in(record())
    ids, done = decide(acting, admin, "withdrawn")
    assert (len(ids), done) == (9, 9)
    assert (case(admin)[0], case(admin)[4]) == ("recalled", reactions.label("withdrawn"))
    (mori,) = claims(admin, 1)
    assert (mori["verdict"], mori["reasons"], mori["balance"]) == ("excluded", ["withdrawn"], 10_000)
    assert admin.execute("select distinct decision, note from city.movement").fetchall() == [
        ("withdrawn", "担当課に確認")
    ]
    with pytest.raises(NotNow), acting("dora", "movement:decide") as dora:
        movements.decide(ids, decision="kept", note="", by=dora)
    moves(desk)
    assert (claims(admin, 1)[0]["verdict"], claims(admin, 1)[0]["reasons"]) == ("accepted", []), "here it is again"


def test_the_desk_keeps_what_vanished(desk, acting, admin):
    desk.take_in(record())
    decide(acting, admin, "kept")
    assert (case(admin)[0], claims(admin, 1)[0]["verdict"]) == ("open", "accepted")
    assert desk.take_in(record()).totals["loaded"]["vanished"] == 0


def test_a_movement_follows_a_joined_person(desk, admin, acting, as_):
    moves(desk, 分納中="1")
    free = cast.id_("free")
    for table in ("debtor", "placement", "hold"):
        admin.execute(f"update city.{table} set person_id = %s where person_id = %s", [free, cast.id_("mori")])
    page = as_("dan").get("/movements?tab=desk").text
    assert f"/persons/{free}" in page and str(cast.id_("mori")) not in page
    decide(acting, admin, "withdrawn", "instalments_kept")
    assert case(admin)[0] == "recalled"


def test_the_desk_lets_collection_run_again_or_takes_it_back(desk, acting, admin):
    moves(desk, 係争中="1")
    decide(acting, admin, "resumed", "disputed")
    assert case(admin)[:2] == ("open", False)
    moves(desk, 分納中="1")
    decide(acting, admin, "withdrawn", "instalments_kept")
    assert case(admin)[0] == "recalled"
    assert admin.execute("select count(*) from city.hold where lifted_at is null").fetchone() == (0,)


def test_an_answer_must_fit_what_it_answers(desk, acting, admin):
    moves(desk, 破産="1")
    with pytest.raises(movements.NoAnswer):
        decide(acting, admin, "kept", "bankruptcy")


def test_nobody_else_sees_movements(desk, acting, admin):
    moves(desk, 破産="1")
    with acting("alma", "case:list"), pytest.raises(sa.exc.ProgrammingError):
        db.session.execute(sa.text("select * from city.movement"))
