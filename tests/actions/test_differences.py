"""月次差分: what joins a running case, what changes in it, what leaves it; under one decision, once, and in any race."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from portal.actions import differences, placements, recall_notices
from portal.actions.difference_finding import PARTS, details, find
from portal.db import db
from portal.models.casefiles import Casefile, Claim, ClaimEvent, Contactee
from portal.models.placements import Disclosure, PlacementLine
from tests import cast

MANY = dict.fromkeys(PARTS, (10**6, 10**6, 10**12))
MORI, KATO, UEDA, ABE, ABE_LAW = (cast.id_(c) for c in ("mori_north", "kato_north", "ueda_law", "abe_north", "abe_law"))

WAITING = "select count(*) from pg_locks where not granted"


def owes(admin, person, instalment, **changes):
    """Another claim of a person in the ledger."""
    row = {
        "id": cast.id_(f"{person}_{instalment}"),
        "debtor_id": cast.id_(f"{person}_debtor"),
        "instalment": instalment,
    } | changes
    names = [name for (name,) in admin.execute(
        "select attname from pg_attribute where attrelid = 'city.receivable'::regclass and attnum > 0 and attgenerated = ''"
        " and not attisdropped")]  # fmt: skip
    values = ", ".join(f"%({name})s" if name in row else f'"{name}"' for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    row["like"] = cast.id_(f"{person}_receivable")
    admin.execute(
        f"insert into city.receivable ({columns}) select {values} from city.receivable where id = %(like)s", row
    )
    return row["id"]


def found(acting, contract="north_contract"):
    with acting("dan", "difference:show"):
        return find(*differences.contract(cast.id_(contract))).figures()


def apply(acting, contract="north_contract", who="dan", **changes):
    with acting(who, "difference:apply") as by:
        given = {"decision_no": "債管第301号", "decided_on": cast.TODAY, "shown": MANY} | changes
        return differences.apply(cast.id_(contract), by=by, **given)


def file(admin, case):
    return admin.execute("select claims, balance, oldest_due, paid_through, version, state from shared.casefile where id = %s",
                         [case]).fetchone()  # fmt: skip


def test_nothing_to_do(acting):
    assert found(acting) == dict.fromkeys(PARTS, (0, 0, 0))
    with pytest.raises(differences.NoDifference):
        apply(acting)
    with pytest.raises(LookupError):
        apply(acting, "gone_contract")
    with pytest.raises(placements.DecidedLater):
        apply(acting, decided_on=cast.TODAY + timedelta(days=1))


def test_a_new_claim_joins_the_running_case(acting, admin):
    new = owes(admin, "mori", "2", assessed=7_000, due_on=date(2024, 5, 31), as_of=date(2026, 11, 20))
    assert found(acting)["added"] == (1, 1, 7_000)
    made = apply(acting)
    assert (made.entrustment.kind, made.entrustment.cases, made.entrustment.claims, made.entrustment.total) == (
        "difference",
        1,
        1,
        7_000,
    )
    assert file(admin, MORI) == (2, 17_000, date(2024, 5, 31), date(2026, 11, 20), 2, "open")
    with acting("alma", "case:show"):
        old, added = db.session.scalars(
            sa.select(Claim).where(Claim.case_id == MORI).order_by(Claim.balance.desc())
        ).all()
        assert (old.added_on, added.added_on, added.kind_name, added.summary) == (
            None,
            cast.TODAY,
            "学校給食費",
            "第一小学校　5月分",
        )
    with acting("dan", "person:show"):
        entry = db.session.scalars(sa.select(Disclosure).where(Disclosure.decision_no == "債管第301号")).one()
        assert (entry.case_id, entry.fields, entry.receivables) == (MORI, ["claims"], [new])
    assert found(acting)["added"] == (0, 0, 0)


def test_balances_flow_to_what_joined(acting, admin, urls):
    new = owes(admin, "mori", "2", assessed=7_000)
    apply(acting)
    with acting("dan", "placement:list"):
        db.session.execute(sa.text("update city.receivable set paid = 3000 where id = :id"), {"id": new})
    assert file(admin, MORI)[:2] == (2, 14_000)


@pytest.mark.parametrize("change", [
    {"balance": 0, "paid": 10_000, "reasons": ["paid"], "verdict": "excluded"}, {"fiscal_year": "2026"},
    {"reasons": ["disputed"], "verdict": "excluded"},
])  # fmt: skip
def test_what_may_not_be_placed_does_not_join(acting, admin, change):
    owes(admin, "mori", "2", **{name: value for name, value in change.items() if name != "balance"})
    assert found(acting)["added"] == (0, 0, 0)


def test_a_held_person_or_an_announced_file_takes_nothing_in(acting, admin):
    for person in ("mori", "kato"):
        owes(admin, person, "2")
    admin.execute("insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at) values"
                  " (gen_random_uuid(), %s, 'desk', gen_random_uuid(), %s, %s, now())",
                  [cast.id_("mori"), cast.id_("city"), cast.id_("dan")])  # fmt: skip
    with acting("dan", "recall:announce") as dan:
        recall_notices.announce([KATO], reason="見直し", final_on=date(2026, 12, 9), by=dan)
    assert found(acting)["added"] == (0, 0, 0)


def test_a_vanished_claim_does_not_join(acting, admin):
    new = owes(admin, "mori", "2", as_of=date(2026, 10, 31))
    admin.execute("insert into city.movement (id, intake_id, receivable_id, person_id, code, effect, at)"
                  " values (gen_random_uuid(), %s, %s, %s, 'vanished', 'none', now())",
                  [cast.id_("intake"), new, cast.id_("mori")])  # fmt: skip
    assert found(acting)["added"] == (0, 0, 0)
    admin.execute("update city.movement set decision = 'kept', decided_at = now(), decided_by = %s", [cast.id_("dan")])
    assert found(acting)["added"] == (1, 1, 10_000)


def test_both_partners_of_one_person_have_their_own(acting, admin):
    """阿部 is with North, and with the law team beside it; 上田 with the law team alone."""
    owes(admin, "abe", "2", assessed=500)
    owes(admin, "ueda", "2", assessed=300)
    assert found(acting)["added"] == (1, 1, 500) and found(acting, "law_contract")["added"] == (2, 2, 800)
    apply(acting, "law_contract")
    lanes = admin.execute("select lane, case_id from city.placement_line where ended_at is null and receivable_id = any(%s)"
                          " order by lane", [[cast.id_("abe_2"), cast.id_("ueda_2")]]).fetchall()  # fmt: skip
    assert lanes == [("beside", ABE_LAW), ("sole", UEDA)]
    assert found(acting)["added"] == (1, 1, 500)


def test_what_moves_limitation_goes_to_law_teams_only(acting, admin):
    for person in ("ueda", "mori"):
        owes(admin, person, "2")
        for receivable in (f"{person}_2", f"{person}_receivable"):
            admin.execute("insert into city.receivable_event (id, receivable_id, kind, happened_on)"
                          " values (gen_random_uuid(), %s, 'acknowledgement', '2026-11-01')", [cast.id_(receivable)])  # fmt: skip
    assert found(acting)["changed"] == (0, 0, 0) and found(acting, "law_contract")["changed"] == (1, 1, 50_000)
    apply(acting)
    apply(acting, "law_contract")
    with acting("dan", "placement:show"):
        events = db.session.execute(sa.select(ClaimEvent.case_id, ClaimEvent.kind).order_by(ClaimEvent.kind)).all()
        assert (UEDA, "acknowledgement") in events and len([e for e in events if e == (UEDA, "acknowledgement")]) == 2
        assert {case for case, _ in events} == {UEDA, ABE_LAW}
        entry = db.session.scalars(
            sa.select(Disclosure).where(Disclosure.decision_no == "債管第301号", Disclosure.case_id == UEDA)
        ).one()
        assert entry.fields == ["claims", "events"]


def test_a_changed_claim_is_told(acting, admin):
    with acting("dan", "placement:list"):
        db.session.execute(sa.text("update city.receivable set assessed = 12000, late_charge = 150, due_on = '2024-07-01',"
                                   " notice_no = 'N-9', summary = '第一小学校　5月分（訂正）' where id = :id"),
                           {"id": cast.id_("mori_receivable")})  # fmt: skip
    assert file(admin, MORI)[1] == 12_000  # the balance has flowed by itself
    assert found(acting) == {"added": (0, 0, 0), "changed": (1, 1, 12_000), "withdrawn": (0, 0, 0)}
    with acting("dan", "difference:show"):
        (row,) = details(find(*differences.contract(cast.id_("north_contract"))).changed)
        assert (row.Claim.assessed, row.Receivable.assessed, row.number) == (10_000, 12_000, "10000001")
    apply(acting)
    with acting("alma", "case:show"):
        claim = db.session.get_one(Claim, cast.id_("mori_north_claim"))
        said = (
            claim.assessed,
            claim.late_charge,
            claim.due_on,
            claim.notice_no,
            claim.summary,
            claim.balance,
            claim.changed_on,
        )
        assert said == (12_000, 150, date(2024, 7, 1), "N-9", "第一小学校　5月分（訂正）", 12_000, cast.TODAY)
        assert db.session.get_one(Contactee, MORI).name == "森　花子"
    assert file(admin, MORI)[2] == date(2024, 7, 1)


def test_a_claim_that_may_be_held_no_more_leaves(acting, admin):
    owes(admin, "mori", "2", assessed=7_000)
    apply(acting)
    admin.execute("update city.receivable set reasons = '{not_demanded}', verdict = 'excluded' where id = %s",
                  [cast.id_("mori_receivable")])  # fmt: skip
    assert found(acting)["withdrawn"] == (1, 1, 10_000)
    made = apply(acting)
    assert (made.recalled, made.closed) == (0, 0)
    assert file(admin, MORI)[:2] == (1, 7_000)
    with acting("alma", "case:show"):
        assert [claim.balance for claim in db.session.scalars(sa.select(Claim).where(Claim.case_id == MORI))] == [7_000]
    row = admin.execute("select c.withdrawn_on, l.ended_at is null from shared.claim c join city.placement_line l on l.claim_id = c.id"
                        " where c.id = %s", [cast.id_("mori_north_claim")]).fetchone()  # fmt: skip
    assert row == (cast.TODAY, False)


def test_the_law_team_loses_what_moved_its_limitation(acting, admin):
    owes(admin, "ueda", "2")
    apply(acting, "law_contract")
    admin.execute(
        "update city.receivable set reasons = '{not_due}', verdict = 'excluded' where id = %s",
        [cast.id_("ueda_receivable")],
    )
    apply(acting, "law_contract")
    assert admin.execute("select count(*) from shared.claim_event where case_id = %s", [UEDA]).fetchone() == (0,)


def test_a_file_without_claims_is_recalled_and_one_that_owes_nothing_closed(acting, admin):
    owes(admin, "kato", "2", assessed=4_000)
    apply(acting)
    with acting("dan", "placement:list"):
        db.session.execute(sa.text("update city.receivable set paid = 4000 where id = :id"), {"id": cast.id_("kato_2")})
    admin.execute("update city.claim_kind set entrusted = false where code = '201'")
    admin.execute("update city.receivable set reasons = '{not_due}', verdict = 'excluded' where id = any(%s)",
                  [[cast.id_("mori_receivable")]])  # fmt: skip
    admin.execute("update city.claim_kind set entrusted = true where code = '201'")
    admin.execute(
        "update city.receivable set reasons = '{not_demanded}', verdict = 'excluded' where id = %s",
        [cast.id_("kato_receivable")],
    )
    made = apply(acting)
    assert (made.recalled, made.closed) == (1, 1)
    assert file(admin, MORI)[5] == "recalled" and file(admin, KATO)[5] == "closed"
    assert found(acting) == dict.fromkeys(PARTS, (0, 0, 0))


def test_what_nobody_confirmed_is_not_done(acting, admin):
    shown = found(acting)
    owes(admin, "mori", "2")
    with pytest.raises(placements.MoreThanShown):
        apply(acting, shown=shown)


def test_a_payment_that_comes_at_the_same_moment_is_in_the_copy(acting, admin):
    """Who books a payment holds the person's lock: the difference waits, and reads the ledger as it then is."""
    new = owes(admin, "mori", "2", assessed=7_000)
    entered, done = threading.Event(), []

    def other():
        entered.set()
        done.append(apply(acting, who="dora"))

    with acting("dan", "placement:list"):
        db.session.execute(
            sa.text("select id from city.person where id = :id for no key update"), {"id": cast.id_("mori")}
        )
        thread = threading.Thread(target=other)
        thread.start()
        entered.wait()
        while thread.is_alive() and not db.session.scalar(sa.text(WAITING)):
            thread.join(0.01)
        db.session.execute(sa.text("update city.receivable set paid = 2000 where id = :id"), {"id": new})
    thread.join()
    assert done and done[0].entrustment.total == 5_000
    assert file(admin, MORI)[:2] == (2, 15_000)


def test_two_desks_make_it_at_once_and_it_is_made_once(acting, admin):
    owes(admin, "mori", "2", assessed=7_000)
    entered, lost = threading.Event(), []

    def dora():
        entered.set()
        try:
            apply(acting, who="dora")
        except differences.NoDifference as error:
            lost.append(error)

    with acting("dan", "difference:apply") as dan:
        differences.apply(
            cast.id_("north_contract"), decision_no="債管第301号", decided_on=cast.TODAY, shown=MANY, by=dan
        )
        thread = threading.Thread(target=dora)
        thread.start()
        entered.wait()
        while thread.is_alive() and not db.session.scalar(sa.text(WAITING)):
            thread.join(0.01)
    thread.join()
    assert len(lost) == 1
    with acting("dan", "placement:list"):
        assert db.session.get_one(Casefile, MORI).balance == 17_000
        lines = sa.select(sa.func.count()).select_from(PlacementLine).where(PlacementLine.case_id == MORI)
        assert db.session.scalar(lines) == 2


def test_statements_do_not_grow_with_the_claims(acting, admin):
    for nth in range(2, 40):
        owes(admin, "mori", str(nth), assessed=100)
    statements: list[str] = []
    listen = lambda c, cursor, statement, *rest: statements.append(statement)  # noqa: E731
    sa.event.listen(sa.Engine, "before_cursor_execute", listen)
    try:
        made = apply(acting)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", listen)
    assert made.entrustment.claims == 38 and len(statements) < 35
