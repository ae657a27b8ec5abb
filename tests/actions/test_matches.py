"""名寄せ: proposed by the system, joined by the desk alone, undone exactly; holds and budget are the one person's."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import daily
from portal.actions import holds, marks, match_proposing, matches, persons
from portal.actions.match_sides import BothPlaced, Elsewhere, WaitsForApproval
from portal.db import db
from portal.models.casefiles import Casefile
from portal.models.persons import Match
from portal.models.receivables import Debtor
from portal.rules.lifecycles import NotNow
from tests import cast

MORI, KATO, ITO, ABE, UEDA, FREE = (cast.id_(key) for key in ("mori", "kato", "ito", "abe", "ueda", "free"))


@pytest.fixture
def twice(admin):
    """原 八郎 has a second number in another source, under a person of its own, with a claim."""
    person = uuid.UUID("ffffffff-0000-7000-8000-000000000001")
    _second(admin, person, "free", "02")
    return person


def _second(admin, person, like, source, **other):
    debtor = uuid.uuid4()
    admin.execute("insert into city.person (id) values (%s)", [person])
    admin.execute(
        "insert into city.debtor (id, person_id, source, number, name, kana, birth, postcode, address, phone1)"
        " select %s, %s, %s, number, name, %s, birth, postcode, address, phone1 from city.debtor where person_id = %s",
        [debtor, person, source, other.get("kana", "ﾊﾗ ﾊﾁﾛｰ"), cast.id_(like)],
    )
    admin.execute(
        "insert into city.receivable (id, debtor_id, kind_code, kind_version, class, cause_from, cause_to, fiscal_year,"
        " instalment, branch, assessed, paid, due_on, last_day, verdict, as_of, intake_id)"
        " select gen_random_uuid(), %s, kind_code, kind_version, class, cause_from, cause_to, fiscal_year, instalment,"
        " branch, 5000, 0, due_on, last_day, verdict, as_of, intake_id from city.receivable where id = %s",
        [debtor, cast.id_(f"{like}_receivable")],
    )
    return debtor


def propose(acting):
    with acting("dan", "match:propose") as dan:
        return match_proposing.propose(by=dan)


def name(acting, one, two):
    with acting("dan", "match:name") as dan:
        return matches.name(one, two, by=dan).id


def join(acting, one, two, who="dan"):
    match = name(acting, one, two)
    with acting(who, "match:join") as desk:
        matches.join(match, note="本人確認済み", by=desk)
    return match


def undo(acting, match):
    with acting("dan", "match:undo") as dan:
        matches.undo(match, note="別の方と判明", by=dan)


def held(admin):
    return {row[0] for row in admin.execute("select id from shared.casefile where held_at is not null")}


def hold(acting, person):
    with acting("dan", "hold:place") as dan:
        return persons.stop(person, by=dan).id


def state_of(admin):
    """Whatever hangs on a person, by row."""
    tables = {
        "debtor": "id",
        "hold": "id",
        "placement": "case_id",
        "disclosure": "id",
        "mark": "id",
        "conflict_person": "conflict_id",
    }
    return {
        (table, *row) for table, key in tables.items() for row in admin.execute(f"select {key}, person_id from city.{table}")
    }  # fmt: skip


def test_proposed_and_never_joined(acting, admin, twice):
    assert propose(acting) == 1
    row = admin.execute("select kept_id, other_id, by_id, score, reasons, state from city.match").fetchone()
    assert {row[0], row[1]} == {FREE, twice} and row[2] is None and row[3] >= 90 and row[5] == "proposed"
    assert "name_birth" in row[4] and "phone" in row[4]
    assert admin.execute("select count(distinct person_id) from city.debtor").fetchone() == (10,)
    assert propose(acting) == 0
    assert admin.execute("select count(*) from city.match").fetchone() == (1,)


def test_the_daily_job_proposes_in_the_citys_name(app, admin, twice):
    with app.app_context():
        assert "match:propose" in daily.due()
        assert daily.perform("match:propose")
        assert not daily.perform("match:propose")
    assert admin.execute("select state, by_id from city.match").fetchall() == [("proposed", None)]


def test_a_new_score_replaces_the_old_one(acting, admin, twice):
    propose(acting)
    admin.execute("update city.debtor set phone1 = null where person_id = %s", [twice])
    before = admin.execute("select score from city.match").fetchone()[0]
    assert propose(acting) == 1
    assert admin.execute("select score from city.match").fetchone()[0] < before


def test_what_many_share_says_nothing(acting, admin):
    """One home's telephone under forty names brings no pair; nor do forty entries of an unknown person."""
    for n in range(40):
        person = uuid.uuid4()
        admin.execute("insert into city.person (id) values (%s)", [person])
        admin.execute(
            "insert into city.debtor (id, person_id, source, number, name, kana, birth, phone1)"
            " values (gen_random_uuid(), %s, '05', %s, '不明　不明', 'フメイ　フメイ', '1900-01-01', '0565-00-9999')",
            [person, str(n)],
        )
    assert propose(acting) == 0


def test_protected_people_and_judged_pairs_are_left_out(acting, admin, twice):
    propose(acting)
    match = admin.execute("select id from city.match").fetchone()[0]
    with acting("dan", "match:part") as dan:
        matches.part(match, note="同姓同名", by=dan)
    assert propose(acting) == 0
    admin.execute("delete from city.match")
    admin.execute(
        "update city.debtor set protected = true, name = null, kana = null, birth = null, postcode = null,"
        " address = null, phone1 = null where person_id = %s", [twice],
    )  # fmt: skip
    assert propose(acting) == 0


def test_apart_stays_apart_when_one_of_them_is_joined_to_a_third(acting, admin, twice):
    third = uuid.UUID("ffffffff-0000-7000-8000-000000000002")
    _second(admin, third, "free", "03")
    apart = name(acting, twice, third)
    with acting("dan", "match:part") as dan:
        matches.part(apart, note=None, by=dan)
    join(acting, FREE, twice)
    propose(acting)
    waiting = admin.execute("select count(*) from city.match where state = 'proposed'").fetchone()
    assert waiting == (0,)


def test_everything_moves_and_comes_back(acting, admin, twice):
    with acting("dan", "mark:set") as dan:
        marks.set_by_hand(twice, "disputed", reason="電話での申出", by=dan)
    hold(acting, twice)
    admin.execute(
        "insert into city.conflict_person (conflict_id, person_id, engagement_id, by_id) values (gen_random_uuid(), %s, %s, %s)",
        [twice, cast.id_("law_contract"), cast.id_("dan")],
    )
    admin.execute("update city.disclosure set person_id = %s where case_id = %s", [twice, cast.id_("goto_gone")])
    admin.execute("update city.placement set person_id = %s where case_id = %s", [twice, cast.id_("recalled_north")])
    before = state_of(admin)
    match = join(acting, FREE, twice)
    assert {person for table, key, person in state_of(admin)} & {twice} == set()
    undo(acting, match)
    assert state_of(admin) == before
    kept = admin.execute("select state, kept_id, other_id, note from city.match").fetchone()
    assert kept == ("undone", FREE, twice, "別の方と判明")


def test_the_one_with_a_live_case_stays(acting, admin):
    join(acting, FREE, MORI)
    assert admin.execute("select kept_id, other_id from city.match").fetchone() == (MORI, FREE)
    assert admin.execute("select count(*) from city.debtor where person_id = %s", [MORI]).fetchone() == (2,)


def test_what_came_since_stays(acting, admin, twice):
    match = join(acting, FREE, twice)
    since = hold(acting, FREE)
    undo(acting, match)
    assert admin.execute("select person_id from city.hold where id = %s", [since]).fetchone() == (FREE,)


def test_a_hold_of_either_stops_the_case_of_both(acting, admin, twice):
    """A hold on the one without a case marks the other's case when they are joined, and not after."""
    hold(acting, twice)
    assert held(admin) == set()
    match = join(acting, MORI, twice)
    assert held(admin) == {cast.id_("mori_north")}
    undo(acting, match)
    assert held(admin) == set()


def test_a_neutral_mark_of_another_partner_follows(acting, admin):
    """上田 (law team, sole) and 阿部 (call centre, and law team beside): joined cases of two lanes would clash; 阿部 and 原 do not."""
    hold(acting, FREE)
    match = join(acting, FREE, ABE)
    assert held(admin) == {cast.id_("abe_north"), cast.id_("abe_law")}
    for who, case in (("alma", "abe_north"), ("lena", "abe_law")):
        with acting(who, "case:show"):
            assert db.session.get_one(Casefile, cast.id_(case)).held_at is not None
            with pytest.raises(sa.exc.ProgrammingError):
                db.session.execute(sa.text("select * from city.hold"))
            db.session.rollback()
    own = hold(acting, ABE)
    undo(acting, match)
    assert held(admin) == {cast.id_("abe_north"), cast.id_("abe_law")}
    with acting("dan", "hold:lift") as dan:
        holds.lift([own], reason="確認済み", by=dan)
    assert held(admin) == set()
    assert admin.execute("select person_id from city.hold where lifted_at is null").fetchall() == [(FREE,)]


def test_one_budget_for_two_partners(acting, admin):
    """伊藤 is with South, and 阿部's case beside a call centre with the law team: joined, each counts the other's calls."""
    admin.execute(
        "update city.placement set ended_at = now(), end_reason = 'recalled' where case_id = %s",
        [cast.id_("abe_north")],
    )
    for case, org, by in (("ito_south", "south", "bo"), ("abe_law", "law", "lena")):
        admin.execute(
            "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, state, number, result, verdict)"
            " values (gen_random_uuid(), %s, %s, %s, %s, 'call', 'done', '0565000103', '10', 'yes')",
            [cast.id_(org), cast.id_(case), cast.id_(by), cast.NOW - timedelta(hours=20)],
        )

    def counted(who, case):
        with acting(who, "case:show"):
            return len(
                db.session.execute(
                    sa.text("select tried_at from access.contact_facts(:c)"), {"c": cast.id_(case)}
                ).scalar_one()
            )

    assert (counted("bo", "ito_south"), counted("lena", "abe_law")) == (1, 1)
    match = join(acting, ITO, ABE)
    assert (counted("bo", "ito_south"), counted("lena", "abe_law")) == (2, 2)
    undo(acting, match)
    assert (counted("bo", "ito_south"), counted("lena", "abe_law")) == (1, 1)


def test_two_live_cases_of_one_lane(acting, admin):
    match = name(acting, MORI, ITO)
    before = state_of(admin)
    with pytest.raises(BothPlaced) as refused, acting("dan", "match:join") as dan:
        matches.join(match, note=None, by=dan)
    numbers = dict(admin.execute("select id, number from shared.casefile").fetchall())
    for case in ("mori_north", "ito_south"):
        assert numbers[cast.id_(case)] in refused.value.named["cases"]
    assert state_of(admin) == before
    assert admin.execute("select state from city.match").fetchone() == ("proposed",)


def test_what_is_true_of_one_reaches_the_cases_of_the_other(acting, admin, twice):
    with acting("dan", "mark:set") as dan:
        assert marks.set_by_hand(twice, "public_assistance", reason="保護決定", by=dan) == "none"
    join(acting, MORI, twice)
    assert admin.execute("select state from shared.casefile where id = %s", [cast.id_("mori_north")]).fetchone() == (
        "recalled",
    )


def test_a_flag_of_the_ledger_reaches_them_too(acting, admin, twice):
    admin.execute("update city.debtor set flags = '{bankruptcy}' where person_id = %s", [twice])
    join(acting, MORI, twice)
    assert held(admin) == {cast.id_("mori_north")}


def test_a_protected_side_protects_both(acting, admin):
    with acting("dan", "person:show"):
        assert db.session.scalar(sa.select(Debtor.name).where(Debtor.person_id == MORI))
    match = join(acting, MORI, cast.id_("protected"))
    rows = admin.execute("select protected, name, phone1 from city.debtor where person_id = %s", [MORI]).fetchall()
    assert rows == [(True, None, None)] * 2
    assert admin.execute("select state from shared.casefile where id = %s", [cast.id_("mori_north")]).fetchone() == (
        "recalled",
    )
    undo(acting, match)
    rows = admin.execute("select protected, name from city.debtor where person_id = %s", [MORI]).fetchall()
    assert rows == [(True, None)]
    live = admin.execute("select kind from city.hold where person_id = %s and lifted_at is null", [MORI]).fetchall()
    assert live == [("protection",)]


def test_a_mark_both_have_ends_for_both(acting, admin, twice):
    for person in (MORI, twice):
        with acting("dan", "mark:set") as dan:
            marks.set_by_hand(person, "disputed", reason="電話での申出", by=dan)
    join(acting, MORI, twice)
    mark = admin.execute("select id from city.mark where person_id = %s", [MORI]).fetchone()[0]
    with acting("dora", "mark:end") as dora:
        marks.end(mark, reason="解決", by=dora)
    assert admin.execute("select count(*) from city.mark where ended_at is null").fetchone() == (0,)
    assert held(admin) == set()


def test_joined_further_is_undone_in_order(acting, admin, twice):
    third = uuid.UUID("ffffffff-0000-7000-8000-000000000002")
    _second(admin, third, "free", "03")
    first = join(acting, twice, third)
    second = join(acting, FREE, twice)
    with acting("dan", "person:show"):
        assert set(matches.merged(FREE)) == {twice, third}
        assert matches.kept_for(third) == twice
    with pytest.raises(matches.JoinedOn):
        undo(acting, first)
    undo(acting, second)
    undo(acting, first)
    assert admin.execute("select count(*) from city.debtor where person_id = %s", [third]).fetchone() == (1,)


def test_placed_together_since(acting, admin, twice):
    match = join(acting, FREE, twice)
    receivable = admin.execute(
        "select r.id from city.receivable r join city.debtor d on d.id = r.debtor_id where d.source = '02'"
    ).fetchone()[0]
    case, now = cast.id_("mori_north"), cast.NOW
    admin.execute("update city.placement set person_id = %s where case_id = %s", [FREE, case])
    admin.execute(
        "insert into city.placement_line (claim_id, case_id, receivable_id, lane) values (gen_random_uuid(), %s, %s, 'sole')",
        [case, receivable],
    )
    with pytest.raises(matches.PlacedTogether):
        undo(acting, match)
    admin.execute("update city.placement_line set ended_at = %s where receivable_id = %s", [now, receivable])
    undo(acting, match)


def test_not_twice_and_not_elsewhere(acting, admin, twice):
    match = join(acting, FREE, twice)
    with pytest.raises(NotNow), acting("dan", "match:join") as dan:
        matches.join(match, note=None, by=dan)
    other = name(acting, MORI, twice)
    with pytest.raises(Elsewhere), acting("dan", "match:join") as dan:
        matches.join(other, note=None, by=dan)
    with pytest.raises(matches.SamePerson), acting("dan", "match:name") as dan:
        matches.name(FREE, FREE, by=dan)


def test_a_pair_judged_before_can_be_named_again(acting, admin, twice):
    match = name(acting, FREE, twice)
    with acting("dan", "match:part") as dan:
        matches.part(match, note="別の方", by=dan)
    assert name(acting, twice, FREE) == match
    with acting("dan", "match:show"):
        found = db.session.get_one(Match, match)
        assert (found.state, found.decided_by, found.note) == ("proposed", None, None)


def test_a_request_to_lift_a_protection_waits_first(acting, admin, twice):
    match = name(acting, FREE, cast.id_("protected"))
    admin.execute(
        "insert into city.approval (id, action, noun_id, reason, asked_by, asked_at)"
        " values (gen_random_uuid(), 'protection:lift', %s, '申出', %s, now())", [cast.id_("protected"), cast.id_("dora")],
    )  # fmt: skip
    with pytest.raises(WaitsForApproval), acting("dan", "match:join") as dan:
        matches.join(match, note=None, by=dan)


def test_the_trail_says_what_moved(acting, admin, twice):
    join(acting, FREE, twice)
    entries = admin.execute("select noun, columns from audit.event where action = 'match:join'").fetchall()
    assert ("debtor", ["person_id"]) in entries
    assert any(noun == "match" and "moved" in columns for noun, columns in entries)


def test_a_proposal_goes_with_the_person_whose_load_is_undone(acting, admin, twice):
    propose(acting)
    made = "update city.{} set made_by = %s where {}"
    load = admin.execute("select id from city.intake").fetchone()[0]
    admin.execute("update city.intake set state = 'undoing'")
    admin.execute(made.format("person", "id = %s"), [load, twice])
    admin.execute(made.format("debtor", "person_id = %s"), [load, twice])
    admin.execute(
        made.format("receivable", "debtor_id in (select id from city.debtor where person_id = %s)"), [load, twice]
    )
    with acting("dan", "intake:load"):
        for table in ("receivable", "debtor", "person"):
            gone = sa.text(f"delete from city.{table} where made_by = :load")
            assert db.session.execute(gone, {"load": load}).rowcount == 1
    assert admin.execute("select count(*) from city.match").fetchone() == (0,)
