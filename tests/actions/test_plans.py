"""From a choice to a notice to a hand-over: who is in, who falls out and why, and that nobody goes before the day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.actions import conflicts, placements, plans, plans_people
from portal.actions.candidates import Choice, Total
from portal.db import db
from portal.models.placements import Entrustment, Placement
from portal.models.plans import Plan, PlanLine
from portal.rules.allocation import Rules
from portal.rules.lifecycles import NotNow
from tests import cast, stock

NORTH, SOUTH, LAW = (cast.id_(f"{key}_contract") for key in ("north", "south", "law"))
HARA, HAYASHI = cast.id_("free"), cast.id_("recalled")
HALVES = Rules(shares={NORTH: 1, SOUTH: 1})
MANY = Total(10**6, 10**6, 10**12)


def draft(by, rules=HALVES, choice=None, seed=1):
    contracts, choice = plans.contracts(cast.TODAY), choice or Choice()
    drawn = plans_people.draw(choice, rules, seed, contracts, cast.TODAY)
    shown = len(drawn.lines), sum(line.balance for line in drawn.lines)
    return plans.draft(drawn, choice, rules, seed=seed, title="11月分", shown=shown, by=by)


def outcomes(plan_id):
    lines = db.session.execute(sa.select(PlanLine.person_id, PlanLine.taken_out).where(PlanLine.plan_id == plan_id))
    return dict(lines.all())


@pytest.fixture
def drafted(acting, admin):
    """Sixty people and the cast's two, half each."""
    stock.fill(admin, 3, persons=60, plain=True)
    with acting("dan", "plan:draft") as dan:
        return draft(dan).id


@pytest.fixture
def noticed(acting, drafted):
    with acting("dan", "plan:notice") as dan:
        plans.notice(drafted, noticed_on=cast.TODAY, by=dan)
    return drafted


def test_a_plan_keeps_what_was_drawn(acting, drafted):
    with acting("dan", "plan:show"):
        plan = db.session.get_one(Plan, drafted)
        assert (plan.state, plan.seed, plan.rules) == ("drafted", 1, HALVES.written())
        live = plans_people.live(drafted)
        assert sorted(len(persons) for persons in live.values()) == [31, 31]
        again = plans_people.draw(plans.chosen(plan), HALVES, 1, plans.contracts(cast.TODAY), cast.TODAY)
        assert again.lines == [] and again.planned == 62
        figures = plans_people.portfolios(drafted, plans.chosen(plan), cast.TODAY)
        lines = db.session.scalars(sa.select(PlanLine).where(PlanLine.plan_id == drafted)).all()
        for contract, folio in figures.items():
            own = [line for line in lines if line.engagement_id == contract]
            assert (folio.persons, folio.balance) == (len(own), sum(line.balance for line in own))
            assert folio.claims == sum(line.claims for line in own) and 2 < folio.years < 3


def test_the_plan_compares_what_was_drawn(acting, admin):
    """Claims that may not go along count neither before nor after."""
    stock.fill(admin, 4, persons=120)
    with acting("dan", "plan:draft") as dan:
        contracts, rules = plans.contracts(cast.TODAY), Rules(shares={NORTH: 1, LAW: 1})
        drawn = plans_people.draw(Choice(), rules, 1, contracts, cast.TODAY)
        before = plans_people.compared(drawn.lines, rules.bounds, cast.TODAY)
        plan = draft(dan, rules)
        after = plans_people.portfolios(plan.id, Choice(), cast.TODAY)
    assert before.keys() == after.keys()
    for contract, folio in before.items():
        assert (folio.groups, folio.tiers) == (after[contract].groups, after[contract].tiers)
        assert abs(folio.years - after[contract].years) < 0.01 and folio.phones == after[contract].phones


def test_the_same_seed_draws_the_same_people(acting, admin):
    stock.fill(admin, 3, persons=60, plain=True)
    with acting("dan", "plan:draft"):
        contracts = plans.contracts(cast.TODAY)
        first, again, other = (
            plans_people.draw(Choice(), HALVES, seed, contracts, cast.TODAY).lines for seed in (5, 5, 6)
        )
        assert first == again != other and {line.person_id for line in first} == {line.person_id for line in other}


def test_nobody_is_placed_before_the_day(acting, noticed, november):
    with acting("dan", "plan:show"):
        plan = db.session.get_one(Plan, noticed)
        assert (plan.waits_until, plans.places_from(plan)) == (cast.date(2026, 12, 9), cast.date(2026, 12, 10))
    november.move_to("2026-12-09T23:59:00+09:00")
    with pytest.raises(plans.StillWaiting), acting("dan", "plan:place") as dan:
        plans.place(noticed, decision_no="債管第300号", decided_on=cast.TODAY, shown=MANY, by=dan)
    november.move_to("2026-12-10T09:00:00+09:00")
    with acting("dan", "plan:place") as dan:
        done = plans.place(noticed, decision_no="債管第300号", decided_on=cast.TODAY, shown=MANY, by=dan)
        assert sorted(made.cases for made in done.made) == [31, 31] and done.fell_out == 0
        assert {(made.decision_no, made.plan_id) for made in done.made} == {("債管第300号", noticed)}


def test_who_paid_was_held_or_placed_meanwhile_falls_out(acting, noticed, admin, november):
    november.move_to("2026-12-10T09:00:00+09:00")
    paid, held, placed = (person for (person,) in admin.execute(
        "select person_id from city.plan_line where person_id <> %s order by person_id limit 3", [HARA]))  # fmt: skip
    admin.execute("update city.receivable set paid = assessed where debtor_id in"
                  " (select id from city.debtor where person_id = %s)", [paid])  # fmt: skip
    admin.execute("insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at) values"
                  " (gen_random_uuid(), %s, 'desk', gen_random_uuid(), %s, %s, now())",
                  [held, cast.id_("city"), cast.id_("dan")])  # fmt: skip
    with acting("dan", "placement:make") as dan:
        placements.make(Choice().only([placed]), engagement_id=SOUTH, beside=False, decision_no="債管第299号",
                        decided_on=cast.TODAY, shown=MANY, by=dan)  # fmt: skip
    with acting("dan", "plan:place") as dan:
        done = plans.place(noticed, decision_no="債管第300号", decided_on=cast.TODAY, shown=MANY, by=dan)
        assert done.fell_out == 3 and sum(made.cases for made in done.made) == 59
        found = outcomes(noticed)
        assert found[paid].startswith("after_notice:paid") and found[held] == "after_notice:held"
        assert "placed" in found[placed] and found[HARA] is None


def test_who_was_joined_to_somebody_falls_out_and_the_list_says_so(acting, noticed, admin, november, as_):
    november.move_to("2026-12-10T09:00:00+09:00")
    admin.execute("update city.debtor set person_id = %s where person_id = %s", [cast.id_("mori"), HARA])
    assert "名寄せで別の方にまとめた" in as_("dan").get(f"/plans/{noticed}/placement").text
    with acting("dan", "plan:place") as dan:
        assert plans.place(noticed, decision_no="債管第300号", decided_on=cast.TODAY, shown=MANY, by=dan).fell_out == 1
        assert outcomes(noticed)[HARA] == "after_notice:joined"


def test_who_was_taken_out_does_not_go(acting, drafted, november):
    with acting("dan", "plan:change") as dan:
        assert plans.take_out(drafted, [HARA], reason="所管課で納付相談中", by=dan) == 1
    with acting("dan", "plan:place") as dan:
        plans.place(drafted, decision_no="債管第300号", decided_on=cast.TODAY, shown=MANY, by=dan)
        assert outcomes(drafted)[HARA] == "所管課で納付相談中"
        assert db.session.scalars(sa.select(Placement).where(Placement.person_id == HARA)).all() == []


def test_moved_while_no_letter_has_named_a_partner(acting, drafted):
    with acting("dan", "plan:change") as dan:
        assert plans.move(drafted, [HARA, HAYASHI], engagement_id=LAW, by=dan) == 2
        assert sorted(plans_people.live(drafted)[LAW]) == sorted([HARA, HAYASHI])
    with acting("dan", "plan:notice") as dan:
        plans.notice(drafted, noticed_on=cast.TODAY, by=dan)
    with pytest.raises(NotNow), acting("dan", "plan:change") as dan:
        plans.move(drafted, [HARA], engagement_id=NORTH, by=dan)


def test_nobody_is_moved_to_a_contract_that_may_not_have_them(acting, drafted, admin):
    admin.execute("update city.receivable set last_day = '2026-01-01' where id = %s", [cast.id_("free_receivable")])
    with pytest.raises(plans.NotSuited), acting("dan", "plan:change") as dan:
        plans.move(drafted, [HARA], engagement_id=NORTH, by=dan)


def test_before_the_letter_goes_out_names_are_looked_up(acting, admin):
    admin.execute("update shared.engagement set conflict_check = true where id = %s", [LAW])
    with acting("dan", "plan:draft") as dan:
        plan = draft(dan, Rules(shares={LAW: 1}), Choice().only([HARA, HAYASHI]))
    with pytest.raises(plans.Unchecked), acting("dan", "plan:notice") as dan:
        plans.notice(plan.id, noticed_on=cast.TODAY, by=dan)
    with acting("dan", "conflict:ask") as dan:
        asked = Choice().only(plans_people.live(plan.id)[LAW])
        batch, count = conflicts.ask(
            asked, engagement_id=LAW, beside=False, due_on=cast.TODAY, decision_no="債管第290号", by=dan
        )
        assert count == 2
    with acting("lena", "conflict:answer") as lena:
        first, second = db.session.scalars(conflicts.questions(batch)).all()
        conflicts.answer(batch, {first.id: ("conflict", None), second.id: ("clear", None)}, by=lena)
    with acting("dan", "plan:notice") as dan:
        assert plans.notice(plan.id, noticed_on=cast.TODAY, by=dan) == 1
        assert sorted(map(str, outcomes(plan.id).values())) == ["None", "before_notice:conflict"]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_notice_has_a_possible_day(acting, drafted, days):
    with pytest.raises(plans.NoticedLater), acting("dan", "plan:notice") as dan:
        plans.notice(drafted, noticed_on=cast.TODAY + timedelta(days=days), by=dan)


def test_the_citys_own_period_and_that_it_demands_a_letter(acting, drafted, admin):
    for name, value in (("placement_notice_days", "30"), ("placement_notice_required", "1")):
        admin.execute("insert into shared.setting (id, name, valid_from, value, audience) values"
                      " (gen_random_uuid(), %s, '2026-04-01', %s, 'city')", [name, value])  # fmt: skip
    with pytest.raises(plans.NoticeMissing), acting("dan", "plan:place") as dan:
        plans.place(drafted, decision_no="債管第300号", decided_on=cast.TODAY, shown=MANY, by=dan)
    with pytest.raises(placements.Unnoticed), acting("dan", "placement:make") as dan:
        placements.make(Choice().only([HARA]), engagement_id=NORTH, beside=False, decision_no="債管第301号",
                        decided_on=cast.TODAY, shown=MANY, by=dan)  # fmt: skip
    with acting("dan", "placement:make") as dan:
        made = placements.make(Choice().only([HARA]), engagement_id=NORTH, beside=False, decision_no="債管第301号",
                               decided_on=cast.TODAY, shown=MANY, no_notice="本人の希望", by=dan)  # fmt: skip
        assert db.session.get_one(Entrustment, made.entrustment.id).no_notice == "本人の希望"
    with acting("dan", "plan:notice") as dan:
        plans.notice(drafted, noticed_on=cast.TODAY, by=dan)
        assert db.session.get_one(Plan, drafted).waits_until == cast.TODAY + timedelta(days=30)


def test_cancelled_and_free_again(acting, drafted):
    with acting("dan", "plan:cancel") as dan:
        assert plans.cancel(drafted, by=dan).state == "cancelled"
    with acting("dan", "plan:draft") as dan:
        assert draft(dan).state == "drafted"
    with pytest.raises(NotNow), acting("dan", "plan:cancel") as dan:
        plans.cancel(drafted, by=dan)


def test_a_protected_person_gets_no_letter(acting, drafted, admin):
    admin.execute("update city.debtor set protected = true, name = null, kana = null, birth = null, postcode = null,"
                  " address = null, phone1 = null where person_id = %s", [HARA])  # fmt: skip
    with acting("dan", "plan:addresses"):
        rows = db.session.execute(plans_people.addressees(drafted, [], cast.TODAY)).all()
        assert len(rows) == 61 and HARA not in {row.person_id for row in rows}


def test_a_letter_goes_to_the_mailing_address(acting, drafted, admin):
    admin.execute("insert into city.related (id, debtor_id, relation, name, address, postcode, by_id, at) values"
                  " (gen_random_uuid(), %s, 'mailing', '原　九郎', '豊川野市湊町1番地', '4990067', %s, now())",
                  [cast.id_("free_debtor"), cast.id_("dan")])  # fmt: skip
    with acting("dan", "plan:addresses"):
        rows = {
            row.person_id: row for row in db.session.execute(plans_people.addressees(drafted, [HAYASHI], cast.TODAY))
        }
        assert len(rows) == 61 and (rows[HARA].name, rows[HARA].to_name, rows[HARA].postcode) == (
            "原　八郎",
            "原　九郎",
            "4990067",
        )


def test_nothing_drawn_and_something_else_drawn(acting):
    with acting("dan", "plan:draft") as dan:
        nobody = plans_people.Drawn([], 0)
        with pytest.raises(plans.NobodyLeft):
            plans.draft(nobody, Choice(), HALVES, seed=1, title="x", shown=(0, 0), by=dan)
        drawn = plans_people.draw(Choice(), HALVES, 1, plans.contracts(cast.TODAY), cast.TODAY)
        with pytest.raises(plans.MoreThanDrawn):
            plans.draft(drawn, Choice(), HALVES, seed=1, title="x", shown=(1, 1), by=dan)
