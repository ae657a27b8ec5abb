"""The worklist: its order, the lease that no two agents share, and when somebody can be called again."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.access import scope
from portal.actions import cases, worklist
from portal.clock import JST
from portal.db import db
from portal.models.casefiles import Casefile
from tests import cast

MORI, KATO, ABE = (cast.id_(name) for name in ("mori_north", "kato_north", "abe_north"))


@pytest.fixture
def take(acting):
    def take(who):
        with acting(who, "case:take") as by:
            return worklist.take(by)

    return take


@pytest.fixture
def put(admin):
    """`put(case, next_at=…)` changes a stored case as no role could."""
    admin.execute("set session_replication_role = replica")

    def put(case, **values):
        named = ", ".join(f"{name} = %({name})s" for name in values)
        admin.execute(f"update shared.casefile set {named} where id = %(id)s", {"id": case, **values})

    return put


def test_the_order_is_band_then_time(take, put):
    put(MORI, band=50)
    put(KATO, band=10)
    put(ABE, band=10, next_at=cast.NOW - timedelta(days=3))
    assert [take("alma"), take("ann"), take("sora")] == [ABE, KATO, MORI]


def test_a_live_lease_is_given_again_and_others_skip_it(take, admin):
    first = take("alma")
    assert take("alma") == first
    assert take("ann") not in (None, first)
    assert admin.execute("select fence from shared.casefile where id = %s", [first]).fetchone() == (1,)


def test_a_lease_ends_after_twenty_minutes(take, put, november, admin):
    put(KATO, band=60)
    put(ABE, band=60)
    assert take("alma") == MORI
    assert take("ann") is None
    november.move_to("2026-11-25T14:31:00+09:00")
    assert take("ann") == MORI
    assert take("alma") is None
    assert admin.execute("select fence from shared.casefile where id = %s", [MORI]).fetchone() == (2,)


def test_other_leases_of_ones_own_are_let_go(take, put, admin):
    later = cast.NOW + timedelta(minutes=5)
    put(MORI, leased_by=cast.id_("alma"), leased_until=later)
    put(KATO, leased_by=cast.id_("alma"), leased_until=later + timedelta(minutes=5))
    assert take("alma") == KATO
    assert admin.execute("select leased_by from shared.casefile where id = %s", [MORI]).fetchone() == (None,)


def test_who_cannot_be_called_is_not_given(take, put):
    put(MORI, band=10)
    put(KATO, held_at=cast.NOW)
    put(ABE, next_at=cast.NOW + timedelta(hours=1))
    assert (take("alma"), take("ann")) == (MORI, None)
    put(MORI, leased_by=None, leased_until=None, band=60)
    put(ABE, next_at=cast.NOW, state="closed")
    assert take("ann") is None


def test_outside_the_contracts_hours_nobody_is_given(take, november):
    for hour in ("08:59", "20:00", "22:00"):
        november.move_to(f"2026-11-26T{hour}:00+09:00")
        assert take("alma") is None
    november.move_to("2026-11-27T09:00:00+09:00")
    assert take("alma")


def test_another_partner_takes_only_its_own(take):
    assert {take("bo"), take("bo")} == {cast.id_("ito_south")}


def test_two_agents_never_get_the_same_case(app, acting, admin):
    """Three agents on connections of their own, twelve times at the same moment, over forty cases."""
    rounds, people, start = 12, ("alma", "ann", "sora"), threading.Barrier(3)
    taken, wrong = [], []
    admin.execute("set session_replication_role = replica")
    admin.execute(
        "insert into shared.casefile (id, org_id, engagement_id, number, placed_on, paid_through, has_phone, band, next_at)"
        " select gen_random_uuid(), org_id, engagement_id, 'x' || n, placed_on, paid_through, true, 20 + n %% 3, next_at"
        " from shared.casefile, generate_series(1, 40) n where id = %s", [MORI],
    )  # fmt: skip

    def work(who):
        try:
            for _ in range(rounds):
                start.wait()
                with acting(who, "case:take") as by:
                    taken.append(worklist.take(by))
                start.wait()  # everybody has one; now each goes to the end of the list
                with acting(who, "case:release") as by:
                    worklist.release(taken_by(by), next_at=scope.now() + timedelta(days=1), by=by)
        except Exception as error:
            wrong.append(repr(error))
            start.abort()

    threads = [threading.Thread(target=work, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(taken) == len(set(taken)) == rounds * len(people)


def taken_by(by):
    return db.session.execute(select(Casefile.id).where(Casefile.leased_by == by.account_id)).scalar_one()


def test_put_off_comes_again_and_not_at_once(take, acting, admin):
    first = take("alma")
    with acting("alma", "case:release") as by:
        assert cases.put_off(first, by=by)
    assert take("alma") != first
    with acting("ann", "case:release") as by:
        assert not cases.put_off(first, by=by)


def soon(acting, who="alma"):
    with acting(who, "case:list"):
        return worklist.upcoming()


def test_when_somebody_can_be_called_again(acting, put):
    one = datetime(2026, 11, 25, 16, 0, tzinfo=JST)
    for case, at in ((MORI, one), (KATO, one), (ABE, one + timedelta(hours=1))):
        put(case, next_at=at)
    assert (soon(acting).at, soon(acting).cases) == (one, 2)


def test_what_is_due_at_night_waits_for_the_opening(acting, put, november):
    november.move_to("2026-11-27T20:30:00+09:00")  # a Friday; weekends open at nine as well
    put(MORI, next_at=datetime(2026, 11, 28, 10, 15, tzinfo=JST))
    found = soon(acting)
    assert (found.at, found.cases) == (datetime(2026, 11, 28, 9, 0, tzinfo=JST), 2)


def test_a_colleagues_lease_ends_some_time(acting, put):
    until = cast.NOW + timedelta(minutes=12)
    for case in (MORI, KATO, ABE):
        put(case, leased_by=cast.id_("ann"), leased_until=until)
    assert (soon(acting).at, soon(acting).cases) == (until, 3)


def test_nobody_waits(acting, put):
    for case in (MORI, KATO, ABE):
        put(case, band=60)
    assert soon(acting) is None


def test_the_screen_knows_what_this_licence_may_not_do(acting):
    with acting("alma", "case:show") as by:
        agents = {act for act, _ in cases.show(MORI, by=by).outside}
    with acting("lena", "case:show") as by:
        lawyers = {act for act, _ in cases.show(cast.id_("abe_law"), by=by).outside}
    assert len(agents) == 5
    assert "支払方法や金額を交渉する" in agents - lawyers


def test_the_screen_of_a_colleagues_case_names_the_colleague(take, acting):
    first = take("ann")
    with acting("alma", "case:show") as by:
        assert cases.show(first, by=by).holder == "安藤　杏"
    with acting("ann", "case:show") as by:
        assert cases.show(first, by=by).holder is None
