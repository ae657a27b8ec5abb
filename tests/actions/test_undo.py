"""A load is taken back while nothing of it was used: the ledger stands as before, row for row."""

import threading

import pytest

from portal.actions import intake_undoing, persons
from portal.actions.intake_undoing import Used
from portal.rules.lifecycles import NotNow
from tests import cast
from tests.desk import MORI, Desk, claims, record

TABLES = ("person", "debtor", "receivable", "receivable_event", "movement", "placement", "placement_line")


class Undoing(Desk):
    def ask_undo(self):
        with self.acting("dan", "intake:undo") as by:
            intake_undoing.ask(self.id, by=by)

    def undo(self):
        self.ask_undo()
        self.perform()
        return self.see()


@pytest.fixture
def desk(app, acting):
    return Undoing(app, acting)


def ledger(admin):
    rows = {t: admin.execute(f"select to_jsonb(t) from city.{t} t order by t::text").fetchall() for t in TABLES}
    cases = "select id, state, balance, claims, held_at is not null from shared.casefile order by id"
    return rows | {"casefile": admin.execute(cases).fetchall()}


def test_everything_stands_as_before(desk, admin):
    desk.take_in(record(), record(期別="2"), record(9002), whole=False)
    before = ledger(admin)
    desk.take_in(
        record(収納額="4000", 住所="豊川野市南町9丁目", 最終承認日="2026-01-10", 電話番号2="0565-00-0909"), record(期別="3"),
        record(9003), record(9002, 死亡="1"), MORI | {"係争中": "1"},
    )  # fmt: skip
    after = ledger(admin)
    assert after != before and after["movement"]
    assert desk.undo().state == "undone"
    assert ledger(admin) == before
    assert admin.execute("select lifted_at is not null, lift_reason from city.hold").fetchall() == [
        (True, "取込みの取消し")
    ]
    assert admin.execute("select count(*) from city.load_image").fetchone() == (0,)
    who = "select undone_by, undone_at is not null from city.intake where state = 'undone'"
    assert admin.execute(who).fetchall() == [(cast.id_("dan"), True)]
    gone = "select distinct noun, verb from audit.event where verb = 'delete' order by 1"
    assert {row[0] for row in admin.execute(gone)} >= {"debtor", "receivable", "movement"}


def test_what_was_taken_back_can_be_loaded_again(desk, admin):
    desk.take_in(record(), whole=False)
    desk.undo()
    assert claims(admin, 9001) == []
    assert desk.take_in(record(), whole=False).totals["loaded"]["claims"] == 1


def test_it_happens_once(desk, admin):
    desk.take_in(record(), whole=False)
    desk.ask_undo()
    first = desk.see().ticket_id
    desk.ask_undo()
    desk.perform()
    desk.perform(first)
    assert admin.execute("select count(*) from access.outbox where done_at is null").fetchone() == (0,)
    assert desk.see().state == "undone"
    with pytest.raises(NotNow):
        desk.ask_undo()


def test_what_came_back_is_listed_as_vanished_again(desk, admin):
    desk.take_in(record(), record(期別="2"), whole=False)
    desk.take_in(record())
    waiting = "select count(*) from city.movement m join city.receivable r on r.id = m.receivable_id where r.instalment = '2' and decision is null"
    assert admin.execute(waiting).fetchone() == (1,)
    desk.take_in(record(期別="2"), whole=False)
    assert admin.execute(waiting).fetchone() == (0,)
    desk.undo()
    assert admin.execute(waiting).fetchone() == (1,)


def hold(desk, person):
    with desk.acting("dan", "hold:place") as dan:
        persons.stop(person, by=dan)


@pytest.mark.parametrize(
    ("first", "use"),
    [
        ({"生活保護": "1"}, "reacted"),
        ({"収納額": "10000"}, "reacted"),
        ({"支援措置": "1"}, "protected"),
    ],
)
def test_what_followed_by_itself_cannot_be_taken_back(desk, first, use):
    desk.take_in(MORI | first, whole=False)
    with pytest.raises(Used) as used:
        desk.ask_undo()
    assert used.value.label == intake_undoing.USES[use]


def test_a_later_load_comes_first(desk):
    desk.take_in(record(), whole=False)
    early = desk.id
    desk.take_in(record(9002), whole=False)
    desk.id = early
    with pytest.raises(Used) as used:
        desk.ask_undo()
    assert used.value.label == intake_undoing.USES["loaded"]


def test_contact_that_was_stopped_since_is_a_use(desk, november):
    desk.take_in(MORI | {"摘要": "第二小学校　6月分"}, whole=False)
    november.shift(60)
    hold(desk, cast.id_("kato"))
    desk.ask_undo()
    hold(desk, cast.id_("mori"))
    desk.perform()
    assert (desk.see().state, desk.see().trouble) == ("loaded", intake_undoing.USES["held"])


def test_afterwards_contact_can_be_stopped_as_ever(desk, admin):
    """The hold of the load is over, and the person is free for another one."""
    desk.take_in(MORI | {"係争中": "1"}, whole=False)
    desk.ask_undo()
    desk.perform()
    hold(desk, cast.id_("mori"))
    live = "select count(*) from city.hold where lifted_at is null"
    assert admin.execute(live).fetchone() == (1,)


def test_an_undoing_waits_for_who_uses_it_and_then_stays_away(desk, acting, admin):
    """Dan's hold is not committed yet when the worker begins; the worker waits for the person, and sees it."""
    desk.take_in(MORI | {"摘要": "第二小学校　6月分"}, whole=False)
    desk.ask_undo()
    ticket = desk.see().ticket_id
    with acting("dora", "hold:place") as dora:
        persons.stop(cast.id_("mori"), by=dora)
        worker = threading.Thread(target=desk.perform, args=[ticket])
        worker.start()
        worker.join(1)
        assert worker.is_alive()
    worker.join(30)
    assert (desk.see().state, desk.see().trouble) == ("loaded", intake_undoing.USES["held"])
    assert claims(admin, 1)[0]["summary"] == "第二小学校　6月分"
