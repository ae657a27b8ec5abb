"""What a second load says and does: new, changed, unchanged, kept; vanished; marks that are lost."""

import threading
from datetime import date

import pytest

from portal import bootstrap
from portal.actions import intake_marks
from portal.actions.protections import OwnRequest
from portal.rules.lifecycles import NotNow
from tests import cast
from tests.desk import MORI, Desk, claims, debtor, ledger, record

COUNTS = ("claims", "claims_changed", "unchanged", "kept")


@pytest.fixture
def desk(app, acting):
    return Desk(app, acting)


def counts(intake):
    return tuple(intake.totals["loaded"][name] for name in COUNTS)


def trail(admin):
    return admin.execute(
        "select noun, verb from audit.event where noun in ('debtor', 'receivable', 'person', 'movement', 'hold')"
    ).fetchall()


def movements(admin, code):
    return admin.execute(
        "select r.instalment, m.effect, m.case_id, m.decision from city.movement m join city.receivable r on"
        " r.id = m.receivable_id where m.code = %s order by 1",
        [code],
    ).fetchall()


def test_a_second_load_counts_and_leaves_alone_what_is_the_same(desk, admin):
    assert counts(desk.take_in(record(), record(期別="2"), record(期別="3"), whole=False)) == (3, 0, 0, 0)
    before = trail(admin)
    assert counts(desk.take_in(record(), record(期別="2"), record(期別="3"), whole=False)) == (0, 0, 3, 0)
    assert trail(admin) == before, "not one entry about a row that did not change"
    mixed = desk.take_in(record(), record(期別="2", 収納額="1"), record(期別="4"), record(9002), whole=False)
    assert counts(mixed) == (2, 1, 1, 0)
    older = desk.take_in(record(収納額="7"), record(期別="9"), as_of=date(2026, 10, 31), whole=False)
    assert counts(older) == (1, 0, 0, 1)


def test_what_was_checked_is_what_is_loaded(desk, admin):
    """The load streams what the check left; what is not that is not loaded."""
    desk.check(ledger(record()))
    admin.execute("update city.intake set totals = jsonb_set(totals, '{staged,records}', '\"beef\"')")
    desk.ask_load()
    desk.perform()
    assert desk.see().state == "loading"
    assert admin.execute("select error, tries from access.outbox where tries > 0").fetchone() == ("Differs", 1)
    assert claims(admin, 9001) == []


def test_a_load_without_what_the_check_left_is_given_up(desk):
    desk.check(ledger(record()))
    for path in desk.uploads._folder.glob("*.staged-people"):
        path.unlink()
    desk.ask_load()
    desk.perform()
    assert desk.see().state == "cancelled"
    assert desk.uploads._folder.exists() and not list(desk.uploads._folder.iterdir())


def test_a_whole_extract_lists_what_it_does_not_mention_and_changes_none_of_it(desk, admin):
    desk.take_in(record(), record(期別="2"), record(9002), record(9003, 取込元="02"), whole=False)
    stood = claims(admin, 9001)
    loaded = desk.take_in(record(), whole=False).totals["loaded"]
    assert (loaded.get("vanished", 0), movements(admin, "vanished")) == (0, []), "a difference leaves nothing out"
    loaded = desk.take_in(record()).totals["loaded"]
    assert loaded["vanished"] == 2 + 9, "and the nine of the cast, all of source 01; none of 02"
    assert [row for row in movements(admin, "vanished") if row[0] == "2"] == [("2", "none", None, None)]
    assert claims(admin, 9001) == stood
    assert desk.take_in(record()).totals["loaded"]["vanished"] == 0, "it waits there already"


def test_a_placed_claim_that_vanished_is_listed_with_its_case(desk, admin):
    desk.take_in(record())
    cases = {row[2] for row in movements(admin, "vanished")}
    assert cast.id_("mori_north") in cases
    state = admin.execute("select state, held_at from shared.casefile where id = %s", [cast.id_("mori_north")])
    assert state.fetchone() == ("open", None)


def test_a_broken_or_refused_record_still_mentions_its_claim(desk, admin):
    desk.take_in(record(9005), record(9005, 期別="2"), record(9005, 期別="3"))
    loaded = desk.take_in(record(9005, 調定額="壱"), record(9005, 期別="2")).totals["loaded"]
    assert [row[0] for row in movements(admin, "vanished") if row[0] in "23"] == ["3"]
    assert movements(admin, "rejected") == [("1", "none", None, None)]
    assert loaded["listed"] == 1


def test_kinds_narrow_what_a_whole_extract_covers(desk, admin):
    desk.take_in(record(9005), record(9005, 期別="2", 債権種別コード="202"), whole=False)
    desk.check(ledger(record(9006)))
    admin.execute("update city.intake set kinds = '{202}' where id = %s", [desk.id])
    desk.ask_load()
    desk.perform()
    assert movements(admin, "vanished") == [("2", "none", None, None)]


def test_what_comes_back_is_no_longer_listed(desk, admin):
    desk.take_in(record(9005), record(9005, 期別="2"))
    desk.take_in(record(9005))
    desk.take_in(record(9005), record(9005, 期別="2"))
    assert [row for row in movements(admin, "vanished") if row[0] == "2"] == [("2", "none", None, "kept")]
    desk.take_in(record(9005))
    assert len([row for row in movements(admin, "vanished") if row[0] == "2"]) == 1


def test_an_older_extract_makes_nothing_vanish(desk, admin):
    desk.take_in(record(9005), record(9005, 期別="2"), as_of=date(2026, 11, 24), whole=False)
    desk.take_in(record(9005), as_of=date(2026, 10, 31))
    assert movements(admin, "vanished") == []


class TestALostMark:
    @pytest.fixture
    def stopped(self, desk):
        desk.take_in(record(支援措置="1"), record(9002))
        desk.take_in(record(収納額="1000"), record(9002, 収納額="2000"), whole=False)
        return desk

    def decide(self, desk, who, answer):
        with desk.acting(who, "intake:unprotect") as by:
            intake_marks.decide(desk.id, answer=answer, uploads=desk.uploads, by=by)

    def test_stops_the_load_and_nothing_is_written(self, stopped, admin):
        assert stopped.see().state == "stopped"
        who, (claim,) = debtor(admin, 9001), claims(admin, 9001)
        assert (who["protected"], who["name"], claim["balance"]) == (True, None, 10000)
        assert claims(admin, 9002)[0]["balance"] == 10000
        assert admin.execute("select count(*) from city.intake_stage").fetchone() == (0,)
        with stopped.acting("dora", "intake:show"):
            assert [row[1:] for row in intake_marks.concerned(stopped.id)] == [("01", "0000009001")]

    def test_the_same_person_cannot_answer(self, stopped):
        with pytest.raises(OwnRequest):
            self.decide(stopped, "dan", "approve")

    def test_goes_on_with_a_second_persons_word(self, stopped, admin):
        self.decide(stopped, "dora", "approve")
        stopped.perform()
        assert stopped.see().totals["loaded"].items() >= {"marks_lifted": 1, "claims_changed": 2}.items()
        who, (claim,) = debtor(admin, 9001), claims(admin, 9001)
        assert (who["protected"], who["name"], claim["summary"]) == (False, "河井　秋", "第一小学校　5月分")
        assert (claim["balance"], claim["verdict"], claim["reasons"]) == (9000, "accepted", [])
        live = "select count(*) from city.hold where kind = 'protection' and lifted_at is null and person_id = %s"
        assert admin.execute(live, [who["person_id"]]).fetchone() == (0,)
        assert admin.execute("select used_at is not null from city.approval").fetchall() == [(True,)]
        with pytest.raises(NotNow):
            self.decide(stopped, "dora", "approve")

    def test_refused_the_load_is_cancelled(self, stopped, admin):
        self.decide(stopped, "dora", "refuse")
        assert stopped.see().state == "cancelled"
        assert debtor(admin, 9001)["protected"] and claims(admin, 9002)[0]["balance"] == 10000
        assert not list(stopped.uploads._folder.iterdir())

    def test_a_mark_lost_after_the_word_was_given_needs_its_own(self, stopped, admin):
        self.decide(stopped, "dora", "approve")
        admin.execute("update city.debtor set protected = true, name = null, kana = null, birth = null, sex = null,"
                      " postcode = null, address = null, building = null, phone1 = null where number = '0000009002'")  # fmt: skip
        stopped.perform()
        assert stopped.see().state == "stopped"
        self.decide(stopped, "dan", "approve")
        stopped.perform()
        assert stopped.see().totals["loaded"]["marks_lifted"] == 2

    def test_another_number_with_the_mark_keeps_it(self, desk, admin):
        desk.take_in(record(支援措置="1"), record(9002, 支援措置="1"))
        admin.execute("update city.debtor set person_id = (select person_id from city.debtor where number = '0000009002')"
                      " where number = '0000009001'")  # fmt: skip
        assert desk.take_in(record(), record(9002, 支援措置="1"), whole=False).state == "loaded"
        assert debtor(admin, 9001)["protected"]

    def test_the_hold_of_the_protection_goes_with_it(self, desk, admin):
        desk.take_in(MORI | {"支援措置": "1"}, whole=False)
        held = "select lifted_at is null from city.hold where kind = 'protection'"
        assert admin.execute(held).fetchall() == [(True,)]
        desk.take_in(MORI, whole=False)
        self.decide(desk, "dora", "approve")
        desk.perform()
        assert admin.execute(held).fetchall() == [(False,)]
        assert debtor(admin, 1)["name"] == "森　花子"


def test_what_is_loaded_says_nothing_of_others_stage(desk, app, admin):
    """An upload that is cancelled leaves nothing beside it."""
    desk.check(ledger(record()))
    assert len(list(desk.uploads._folder.iterdir())) > 1
    desk.cancel()
    assert list(desk.uploads._folder.iterdir()) == []


def test_loads_from_two_sides_go_one_after_another(desk, app, admin, urls, tmp_path):
    """One by the worker, one at the prompt, both at the stage's door: neither loads the other's records."""
    desk.check(ledger(record(9001), record(9002)))
    desk.ask_load()
    path, ticket = tmp_path / "l.csv", desk.see().ticket_id
    path.write_bytes(ledger(record(9002, 収納額="5"), record(9003)))
    command = ["intake", "load", str(path), "--as-of", "2026-11-24"]
    results = []
    with bootstrap.connect(urls["DATABASE_OWNER_URL"]) as owner, owner.transaction():
        owner.execute("lock table city.intake_stage")
        sides = [
            threading.Thread(target=desk.perform, args=[ticket]),
            threading.Thread(target=lambda: results.append(app.test_cli_runner().invoke(args=command))),
        ]
        for side in sides:
            side.start()
        sides[0].join(1)
        assert all(side.is_alive() for side in sides)
    for side in sides:
        side.join(60)
    assert (desk.see().state, [result.exit_code for result in results]) == ("loaded", [0])
    assert [len(claims(admin, number)) for number in (9001, 9002, 9003)] == [1, 1, 1]
    assert claims(admin, 9002)[0]["balance"] == 9995, "the later as-of date counts, whichever came first"
