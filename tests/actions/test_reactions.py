"""What follows at once when a person, or a claim, must not be collected any more."""

import uuid

import pytest

from portal.actions import holds, locks, reactions
from portal.rules.movements import EFFECTS
from tests import cast

MORI, ABE, PAIR = cast.id_("mori"), cast.id_("abe"), ("abe_north", "abe_law")


def state(admin, case):
    return admin.execute(
        "select f.state, f.held_at is not null, f.balance, f.claims, f.org_id = %s, p.end_reason from shared.casefile f"
        " join city.placement p on p.case_id = f.id where f.id = %s",
        [cast.id_("city"), cast.id_(case)],
    ).fetchone()


def react(acting, person, code):
    source = uuid.uuid4()
    with acting("dan", "person:protect") as dan:
        return source, reactions.react(person, code, source_id=source, by=dan)


def second_claim(admin, person="mori", case="mori_north", amount=700):
    """Another claim of the person, in the same case; answers its receivable."""
    owed, claim = cast.id_(f"{person}_second"), cast.id_(f"{person}_second_claim")
    admin.execute(
        "insert into city.receivable (id, debtor_id, kind_code, kind_version, class, cause_from, cause_to, fiscal_year,"
        " instalment, branch, assessed, paid, due_on, last_day, verdict, as_of, intake_id) select %s, debtor_id, kind_code,"
        " kind_version, class, cause_from, cause_to, fiscal_year, '2', branch, %s, 0, '2024-05-31', last_day, verdict, as_of,"
        " intake_id from city.receivable where id = %s",
        [owed, amount, cast.id_(f"{person}_receivable")],
    )
    admin.execute(
        "insert into shared.claim (id, org_id, case_id, kind_code, kind_name, class, legal_basis, assessed, balance, due_on)"
        " select %s, org_id, case_id, kind_code, kind_name, class, legal_basis, %s, %s, '2024-05-31' from shared.claim"
        " where case_id = %s limit 1",
        [claim, amount, amount, cast.id_(case)],
    )
    admin.execute(
        "insert into city.placement_line (claim_id, case_id, receivable_id, lane) select %s, case_id, %s, lane"
        " from city.placement where case_id = %s",
        [claim, owed, cast.id_(case)],
    )
    admin.execute(
        "update shared.casefile set balance = balance + %s, claims = 2, oldest_due = '2024-05-31' where id = %s",
        [amount, cast.id_(case)],
    )
    return owed


@pytest.mark.parametrize("code", ["public_assistance", "collection_stopped"])
def test_all_files_come_back_from_every_partner(acting, admin, code):
    assert react(acting, ABE, code)[1] == "recalled"
    for case in PAIR:
        assert state(admin, case)[:2] == ("recalled", False)
        assert state(admin, case)[5] == reactions.label(code)


@pytest.mark.parametrize("code", ["bankruptcy", "represented", "deceased", "legal_incapacity", "disputed"])
def test_contact_stops_and_goes_on_when_the_mark_ends(acting, admin, code):
    source, effect = react(acting, ABE, code)
    assert effect == EFFECTS[code]
    assert [state(admin, case)[:2] for case in PAIR] == [("open", True)] * 2
    with acting("dan", "hold:lift") as dan:
        assert holds.lift_of(source, reason="終わった", by=dan) == 1
    assert [state(admin, case)[:2] for case in PAIR] == [("open", False)] * 2


def test_nothing_follows_where_no_partner_holds_a_case(acting, admin):
    assert [react(acting, cast.id_("free"), code)[1] for code in ("bankruptcy", "public_assistance")] == ["none"] * 2
    assert admin.execute("select count(*) from city.hold").fetchone() == (0,)


def test_a_protected_person_is_gone_everywhere(acting, admin):
    assert react(acting, ABE, "protected_address")[1] == "recalled"
    assert [state(admin, case)[0] for case in PAIR] == ["recalled"] * 2
    assert admin.execute("select protected, name, address from city.debtor where person_id = %s", [ABE]).fetchone() == (
        True,
        None,
        None,
    )
    assert admin.execute("select kind from city.hold where person_id = %s", [ABE]).fetchall() == [("protection",)]
    react(acting, ABE, "protected_address")
    assert admin.execute("select count(*) from city.hold where person_id = %s", [ABE]).fetchone() == (1,)


def test_one_claim_of_two_leaves_and_the_last_takes_the_case_along(acting, admin):
    second = second_claim(admin)
    with acting("dan", "case:recall") as dan:
        locks.persons([MORI])
        assert reactions.withdraw([second], reason="時効", by=dan) == 1
    assert state(admin, "mori_north") == ("open", False, 10_000, 1, False, None)
    gone = "select withdrawn_on is not null from shared.claim where case_id = %s order by balance"
    assert admin.execute(gone, [cast.id_("mori_north")]).fetchall() == [(True,), (False,)]
    assert admin.execute(
        "select oldest_due::text from shared.casefile where id = %s", [cast.id_("mori_north")]
    ).fetchone() == ("2024-06-30",)
    with acting("dan", "case:recall") as dan:
        locks.persons([MORI])
        assert reactions.withdraw([second, cast.id_("mori_receivable")], reason="時効", by=dan) == 1
    assert (state(admin, "mori_north")[0], state(admin, "mori_north")[5]) == ("recalled", "時効")


def test_a_claim_that_left_is_not_seen_by_its_partner(acting, admin, as_):
    second = second_claim(admin, amount=71_717)
    assert "71,717" in as_("alma").get(f"/cases/{cast.id_('mori_north')}").text
    with acting("dan", "case:recall") as dan:
        locks.persons([MORI])
        reactions.withdraw([second], reason="時効", by=dan)
    assert "71,717" not in as_("alma").get(f"/cases/{cast.id_('mori_north')}").text


def test_a_claim_that_left_takes_its_limitation_along_and_makes_an_open_sheet_old(acting, admin):
    second = second_claim(admin)
    admin.execute(
        "insert into shared.claim_event (id, org_id, case_id, claim_id, kind, happened_on) select gen_random_uuid(), c.org_id,"
        " c.case_id, c.id, 'demand', '2024-07-24' from shared.claim c where c.case_id = %s",
        [cast.id_("mori_north")],
    )
    version = "select version from shared.casefile where id = %s"
    before = admin.execute(version, [cast.id_("mori_north")]).fetchone()[0]
    with acting("dan", "case:recall") as dan:
        locks.persons([MORI])
        reactions.withdraw([second], reason="時効", by=dan)
    assert admin.execute(version, [cast.id_("mori_north")]).fetchone()[0] == before + 1
    left = "select c.withdrawn_on is null from shared.claim_event e join shared.claim c on c.id = e.claim_id where e.case_id = %s"
    assert admin.execute(left, [cast.id_("mori_north")]).fetchall() == [(True,)]


def test_a_case_closes_only_when_nothing_of_it_is_owed(acting, admin):
    second_claim(admin)
    cases = [cast.id_("mori_north")]
    with acting("dan", "case:recall") as dan:
        locks.persons([MORI])
        assert reactions.close_settled(cases, reason="完納", by=dan) == []
    admin.execute("update shared.casefile set balance = 0 where id = %s", cases)
    with acting("dan", "case:recall") as dan:
        locks.persons([MORI])
        assert reactions.close_settled(cases, reason="完納", by=dan) == cases
    assert state(admin, "mori_north")[0] == "closed"
