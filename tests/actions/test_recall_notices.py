"""引揚げの予告: said, objected to, answered; and what comes back by itself on its day."""

import threading
import time
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound

from portal import daily
from portal.actions import calls, recall_notices, recalls, returns
from portal.actions.recall_notices import Choice
from portal.db import db
from portal.models.casefiles import Casefile, Tombstone
from portal.models.placements import Placement
from portal.models.plans import RecallNotice
from portal.rules.call_record import Said
from portal.rules.lifecycles import NotNow
from tests import cast

MORI, KATO, ITO = (cast.id_(case) for case in ("mori_north", "kato_north", "ito_south"))
DAY = date(2026, 12, 9)


@pytest.fixture
def announced(acting):
    """The notice on 森; `announced(KATO)` says one of another file."""

    def say(*cases, final_on=DAY):
        with acting("dan", "recall:announce") as dan:
            recall_notices.announce(cases or [MORI], reason="契約の変更", final_on=final_on, by=dan)
            row = sa.select(RecallNotice.id).where(
                RecallNotice.case_id == (cases or [MORI])[0], RecallNotice.state == "announced"
            )
            return db.session.execute(row).scalar_one()

    return say


def state(admin, notice):
    return admin.execute("select state from shared.recall_notice where id = %s", [notice]).fetchone()[0]


def test_partners_see_what_is_theirs(acting, announced):
    notice = announced(MORI, ITO)
    with acting("alma", "recall:list"):
        (seen,) = db.session.scalars(sa.select(RecallNotice)).all()
        assert (seen.id, seen.case_id, seen.final_on, seen.reason) == (notice, MORI, DAY, "契約の変更")
        assert db.session.get_one(Casefile, MORI).state == "open"  # the work goes on


def test_each_file_once_and_only_live_ones(acting, announced):
    announced()
    with acting("dan", "recall:announce") as dan:
        wanted = [MORI, KATO, cast.id_("recalled_north")]
        assert recall_notices.announce(wanted, reason="見直し", final_on=DAY, by=dan) == 1
        with pytest.raises(recall_notices.NothingLeft):
            recall_notices.announce(wanted, reason="見直し", final_on=DAY, by=dan)
        with pytest.raises(recall_notices.TooSoon):
            recall_notices.announce([ITO], reason="見直し", final_on=cast.TODAY, by=dan)


def test_the_usual_period_is_a_dated_setting(acting, admin):
    with acting("dan", "recall:announce"):
        assert recall_notices.last_day(cast.TODAY) == DAY
    admin.execute("insert into shared.setting (id, name, valid_from, value, audience) values"
                  " (gen_random_uuid(), 'recall_notice_days', '2026-11-01', '30', 'city')")  # fmt: skip
    with acting("dan", "recall:announce"):
        assert recall_notices.last_day(cast.TODAY) == cast.TODAY + timedelta(days=30)


@pytest.mark.parametrize(("day", "months", "before"), [
    (date(2026, 11, 25), 12, date(2025, 11, 25)), (date(2026, 3, 31), 1, date(2026, 2, 28)), (date(2028, 2, 29), 12, date(2027, 2, 28)),
])  # fmt: skip
def test_months_before(day, months, before):
    assert recall_notices.months_before(day, months) == before


def test_chosen_by_age_and_payment(acting, admin):
    def found(**given):
        with acting("dan", "recall:announce"):
            return set(db.session.scalars(Choice(**given).files(cast.TODAY).with_only_columns(Placement.case_id)))

    assert {MORI, KATO, ITO} <= found() and cast.id_("recalled_north") not in found()
    assert found(org_id=cast.id_("south")) == {ITO}
    assert found(months=6) == set()
    admin.execute("update shared.casefile set placed_on = '2026-05-25' where id = any(%s)", [[MORI, KATO]])
    assert found(months=6) == {MORI, KATO}
    admin.execute("update shared.claim set balance = balance - 1 where case_id = %s", [KATO])
    assert found(months=6, unpaid=True) == {MORI}


def test_an_objection_once_before_the_day(acting, announced, november):
    notice = announced()
    with acting("sora", "recall:object") as sora:
        said = recall_notices.object_to(notice, words="納付予定日が12月15日です。", by=sora)
        assert (said.state, said.objected_by) == ("announced", cast.id_("sora"))
        with pytest.raises(recall_notices.ObjectedAlready):
            recall_notices.object_to(notice, words="もう一度", by=sora)
    late = announced(KATO)
    november.move_to("2026-12-09T09:00:00+09:00")
    with pytest.raises(recall_notices.TooLate), acting("sora", "recall:object") as sora:
        recall_notices.object_to(late, words="きょうまで", by=sora)


def test_nobody_objects_to_what_is_not_theirs(acting, announced):
    notice = announced(ITO)
    with pytest.raises(NoResultFound), acting("sora", "recall:object") as sora:
        recall_notices.object_to(notice, words="南の案件", by=sora)


def test_the_desk_withdraws(acting, announced):
    notice = announced()
    with acting("dan", "recall:answer") as dan:
        recall_notices.withdraw(notice, answer="約束日まで待ちます。", by=dan)
    with acting("sora", "recall:list") as sora:
        assert db.session.get_one(RecallNotice, notice).answer == "約束日まで待ちます。"
        with pytest.raises(NotNow):
            recall_notices.object_to(notice, words="遅れて", by=sora)
    announced()  # and may say it again


def test_the_desk_recalls_in_spite_of_the_objection(acting, announced, admin):
    notice = announced()
    with acting("sora", "recall:object") as sora:
        recall_notices.object_to(notice, words="お待ちください。", by=sora)
    with acting("dan", "recall:answer") as dan:
        recall_notices.finalise(notice, answer="契約どおり引き揚げます。", by=dan)
        with pytest.raises(NotNow):
            recall_notices.withdraw(notice, answer="やはり", by=dan)
    with acting("sora", "tombstone:list"):
        assert db.session.get_one(Tombstone, MORI).outcome == "recalled"
        assert db.session.scalars(sa.select(RecallNotice)).all() == []
    row = admin.execute("select state, answer from shared.recall_notice where id = %s", [notice]).fetchone()
    assert row == ("final", "契約どおり引き揚げます。")


def test_a_recall_by_another_way_ends_the_notice(acting, announced, admin):
    notice = announced()
    with acting("sora", "return:send") as sora:
        sent = returns.send(MORI, reason="refused", by=sora)
    with acting("dan", "return:answer") as dan:
        returns.accept(sent.id, answer="受け取りました。", by=dan)
    assert state(admin, notice) == "final"


def test_on_its_day_what_nobody_objected_to_comes_back(app, acting, announced, november, admin):
    mori, kato, ito = announced(), announced(KATO), announced(ITO, final_on=DAY + timedelta(days=1))
    with acting("sora", "recall:object") as sora:
        recall_notices.object_to(kato, words="お待ちください。", by=sora)
    november.move_to("2026-12-08T23:59:00+09:00")
    with app.app_context():
        assert daily.perform("recall:finalise")
    assert [state(admin, n) for n in (mori, kato, ito)] == ["announced"] * 3
    november.move_to("2026-12-09T00:01:00+09:00")
    with app.app_context():
        assert daily.perform("recall:finalise") and not daily.perform("recall:finalise")
    assert [state(admin, n) for n in (mori, kato, ito)] == ["final", "announced", "announced"]
    row = admin.execute("select end_reason, (select role from shared.account where id = answered_by) from city.placement"
                        " join shared.recall_notice using (case_id) where case_id = %s", [MORI]).fetchone()  # fmt: skip
    assert row == (recall_notices.DUE, "nightly")


def test_a_call_that_is_being_written_down_is_kept(app, acting, announced, november, admin):
    """The job waits for the person; the call is logged, then the file goes, its record with it."""
    announced()
    november.move_to("2026-12-09T09:30:00+09:00")
    with acting("alma", "call:open") as alma:
        call = calls.open(MORI, slot="1", by=alma)
    done = []

    def job():
        with app.app_context():
            done.append(daily.perform("recall:finalise"))

    with acting("alma", "call:log") as alma:
        version = db.session.get_one(Casefile, MORI).version
        calls.log(call.id, said=Said(result="10"), version=version, by=alma)
        other = threading.Thread(target=job)
        other.start()
        for _ in range(500):
            if db.session.scalar(sa.text("select count(*) from pg_locks where not granted")):
                break
            time.sleep(0.01)
        assert not done
    other.join()
    assert done == [True]
    row = admin.execute("select org_id, state, result from shared.attempt where id = %s", [call.id]).fetchone()
    assert row == (cast.id_("city"), "done", "10")


def test_a_partner_that_is_late_finds_nothing(acting, announced, admin):
    notice = announced()
    with acting("dan", "case:recall") as dan:
        recalls.recall(MORI, reason="支援措置", by=dan)
    with pytest.raises(NoResultFound), acting("sora", "recall:object") as sora:
        recall_notices.object_to(notice, words="遅れて", by=sora)
