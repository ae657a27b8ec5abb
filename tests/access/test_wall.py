"""What was tried against the wall, and what it answered."""

import random
import threading
import uuid
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from portal.access import scope
from portal.access.policy import LOGINS
from portal.bootstrap import connect
from portal.db import db
from tests import cast
from tests.access import stage

TABLES = ("shared.casefile", "city.debtor", "shared.attempt", "gate.credential", "audit.event", "access.outbox")


def bind(connection, who, action="test:ask"):
    connection.execute(
        "select set_config('role', b.role, true) from access.bind(%s, %s, %s) b",
        [bytes.fromhex(cast.token(who)[2:]), action, cast.NOW],
    )


@pytest.mark.parametrize("zone", ["PARTNER", "CITY", "WORKER"])
@pytest.mark.parametrize("table", TABLES)
def test_no_principal_no_row(urls, zone, table):
    with connect(urls[f"DATABASE_{zone}_URL"]) as login, pytest.raises(psycopg.errors.InsufficientPrivilege):
        login.execute(f"select 1 from {table}")


def test_a_session_without_ticket_has_no_right(app):
    with app.app_context(), pytest.raises(sa.exc.ProgrammingError) as error:
        db.session.execute(sa.text("select 1 from shared.casefile"))
    assert error.value.orig.sqlstate == "42501"


def test_one_session_one_principal(app):
    with app.app_context():
        scope.enter(scope.signed_in(cast.token("alma"), "case:list"))
        with pytest.raises(RuntimeError):
            scope.enter(scope.signed_in(cast.token("bo"), "case:list"))


@pytest.mark.parametrize(
    ("who", "zone"), [("dan", "PARTNER"), ("auda", "PARTNER"), ("alma", "CITY"), ("gus", "PARTNER")]
)
def test_a_token_is_worth_nothing_elsewhere_or_after_the_contract(urls, who, zone):
    with (
        connect(urls[f"DATABASE_{zone}_URL"]) as login,
        pytest.raises(psycopg.errors.InvalidAuthorizationSpecification),
    ):
        bind(login, who)


@pytest.mark.parametrize("login", ["partner_login", "city_login", "worker_login"])
def test_a_login_becomes_only_what_the_law_says(urls, login):
    zone = login.split("_")[0].upper()
    everyone = {r for roles in LOGINS.values() for r in roles} | {"owner", "backup", "gate", "contact", "recorder"}
    with connect(urls[f"DATABASE_{zone}_URL"]) as connection:
        for role in everyone - set(LOGINS[login]) | {"owner"}:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"set role portal_{role}")


@pytest.mark.parametrize("name", ["text", "uuid", "timestamptz", "date"])
def test_a_callers_own_type_never_runs_with_an_owners_rights(urls, name):
    """A domain of one's own, called like a type that the narrow functions cast to, in the schema PostgreSQL looks into first."""
    ran = []
    with connect(urls["DATABASE_PARTNER_URL"]) as login:
        login.add_notice_handler(lambda notice: ran.append(notice.message_primary))
        login.execute(
            f"create function pg_temp.peek(v pg_catalog.{name}) returns boolean language plpgsql as"
            " $$ begin raise warning '%', current_user; return true; end $$"
        )
        login.execute(f"create domain pg_temp.{name} as pg_catalog.{name} check (pg_temp.peek(value))")
        with login.transaction():
            bind(login, "alma")
            login.execute("select access.org(), access.me(), access.now(), access.note('casefile', 'read', '{}')")
            login.execute("select * from access.contact_facts(%s)", [cast.id_("mori_north")])
        login.execute("select access.bind_signin('session:open', %s)", [cast.NOW])
    assert not [who for who in ran if who in ("portal_gate", "portal_contact", "portal_recorder")]


@pytest.mark.parametrize(
    ("state", "hours", "stored"), [("open", -1, 0), ("open", 72, 0), ("done", 72, 0), ("done", -1, -1)]
)
def test_an_attempt_has_no_hour_that_slips_past_the_counts(urls, admin, state, hours, stored):
    """A line dated half an hour back would not be seen as busy by the other partner; a call of tomorrow would use up its budget."""
    with connect(urls["DATABASE_PARTNER_URL"]) as login, login.transaction():
        bind(login, "alma")
        login.execute(
            "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, state, verdict) values (gen_random_uuid(),"
            " access.org(), %s, access.me(), access.now() + %s * interval '1 hour', 'call', %s, 'yes')",
            [cast.id_("mori_north"), hours, state],
        )
    ((at,),) = admin.execute("select at from shared.attempt").fetchall()
    assert at == cast.NOW + timedelta(hours=stored)


def test_a_login_locks_nobody_it_could_not_sign_in(urls, admin):
    with connect(urls["DATABASE_PARTNER_URL"]) as login, login.transaction():
        login.execute("select set_config('role', role, true) from access.bind_signin('session:open', %s)", [cast.NOW])
        login.execute("select access.miss(name) from unnest(array['dan', 'alma']) name")
    failed = "select c.login, c.failed from gate.credential c where c.login in ('dan', 'alma') order by 1"
    assert admin.execute(failed).fetchall() == [("alma", 1), ("dan", 0)]


def test_no_login_owns_anything(admin):
    owned = admin.execute(
        "select c.oid from pg_class c where pg_get_userbyid(c.relowner) like 'portal_%login'"
        " union all select p.oid from pg_proc p where pg_get_userbyid(p.proowner) like 'portal_%login'"
    ).fetchall()
    assert owned == []


@pytest.mark.parametrize(("name", "value"), [
    ("portal.org", str(cast.id_("south"))), ("portal.account", str(cast.id_("bo"))), ("portal.action", "case:recall"),
    ("portal.now", "2030-01-01 00:00:00+09"), ("portal.seal", "0" * 64), ("role", "portal_supervisor"),
])  # fmt: skip
def test_a_forged_context_is_refused(urls, name, value):
    with connect(urls["DATABASE_PARTNER_URL"]) as login, login.transaction():
        bind(login, "alma")
        login.execute("select set_config(%s, %s, true)", [name, value])
        with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
            login.execute("select count(*) from shared.casefile")


def test_an_injected_role_opens_nothing(urls):
    """With one login for all, this line once opened every debtor of the city."""
    with connect(urls["DATABASE_PARTNER_URL"]) as login, login.transaction():
        bind(login, "alma")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute("select set_config('role', 'portal_desk', true)")


def test_hidden_and_missing_rows_answer_alike(urls):
    with connect(urls["DATABASE_PARTNER_URL"]) as login:
        answers = [_refer(login, case) for case in (cast.id_("ito_south"), uuid.uuid4())]
    assert answers[0] == answers[1]


def _refer(login, case):
    try:
        with login.transaction():
            bind(login, "alma")
            login.execute(
                "insert into shared.referral (id, org_id, case_id, by_id, at, noticed_by, urgency, boxes, words, consent)"
                " values (%s, %s, %s, %s, %s, 'call', 'medium', '{income}', 'x', 'none')",
                [uuid.uuid4(), cast.id_("north"), case, cast.id_("alma"), cast.NOW],
            )
    except psycopg.Error as error:
        return type(error), error.sqlstate, error.diag.message_primary, error.diag.message_detail


def test_one_pooled_connection_across_tenants_leaks_nothing(app, request):
    """Random principals on one backend, with errors, cancelled statements and injected settings between them."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    with app.app_context():
        engine = sa.create_engine(
            "postgresql+psycopg://", creator=db.engines["partner"].pool._creator, pool_size=1, max_overflow=0
        )
    from portal.db import _forget_between_principals

    _forget_between_principals(engine)
    own = {"alma": 3, "ann": 3, "sora": 3, "bo": 1, "lena": 2, None: None}
    backends = set()
    for _ in range(300):
        who = dice.choice(list(own))
        with engine.connect() as connection:
            backends.add(connection.connection.dbapi_connection.info.backend_pid)
            assert _visible(connection, who) == own[who], f"seed {seed}"
            _mischief(connection, dice)
    engine.dispose()
    assert len(backends) == 1


def _visible(connection, who):
    try:
        if who:
            connection.execute(
                sa.text("select set_config('role', b.role, true) from access.bind(:token, 'test:ask', :now) b"),
                {"token": bytes.fromhex(cast.token(who)[2:]), "now": cast.NOW},
            )
        return connection.execute(sa.text("select count(*) from shared.casefile")).scalar_one()
    except sa.exc.ProgrammingError as error:
        assert error.orig.sqlstate == "42501"
        return None


def _mischief(connection, dice):
    trick = dice.choice([
        None, "select 1/0", "select set_config('portal.org', '', false)", "set role portal_agent",
        "set statement_timeout = 1; select pg_sleep(1)", "select pg_advisory_lock(7)", "create temp table x (y int)",
    ])  # fmt: skip
    if trick:
        try:
            connection.exec_driver_sql(trick)
            if dice.random() < 0.5:
                connection.commit()
        except sa.exc.DBAPIError:
            pass


def test_of_two_partners_calling_one_person_one_wins(urls, admin):
    """Abe is with North and beside it with the law team: both press the button at once, twenty times."""
    for _ in range(20):
        answers, gate = [], threading.Barrier(2)
        pair = (("alma", "north", "abe_north"), ("lena", "law", "abe_law"))
        threads = [threading.Thread(target=_dial, args=(urls, *who, gate, answers)) for who in pair]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert sorted(answers) == ["P0409", "opened"]
        admin.execute("delete from shared.attempt")


def _dial(urls, who, org, case, gate, answers):
    with connect(urls["DATABASE_PARTNER_URL"]) as login:
        try:
            with login.transaction():
                bind(login, who, "call:open")
                gate.wait()
                login.execute(
                    "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, state, verdict)"
                    " values (%s, %s, %s, %s, %s, 'call', 'open', 'yes')",
                    [uuid.uuid4(), cast.id_(org), cast.id_(case), cast.id_(who), cast.NOW],
                )
            answers.append("opened")
        except psycopg.Error as error:
            answers.append(error.sqlstate)


RECEIVABLE = (
    "insert into city.receivable (id, debtor_id, kind_code, kind_version, class, cause_from, cause_to, cause_on, fiscal_year,"
    " instalment, branch, assessed, paid, due_on, last_day, verdict, as_of, intake_id) values (%(id)s, %(debtor)s, %(code)s,"
    " %(version)s, %(class)s, %(from)s, %(to)s, %(on)s, '2020', '1', '0', 1000, 0, '2020-06-30', '2025-06-30', 'accepted',"
    " '2026-11-23', %(intake)s)"
)
DAY1, LAST = "0001-01-01", "9999-12-31"


@pytest.mark.parametrize(("code", "version", "class_", "start", "end", "on"), [
    ("101", 1, "enforceable_public", DAY1, LAST, None),                     # a tax, called what it is
    ("101", 1, "private", DAY1, LAST, None),                                # a tax in disguise
    ("363", 2, "enforceable_public", "2018-10-01", LAST, "2019-04-01"),     # 生活保護法63条, aid paid after the day
    ("363", 1, "nonenforceable_public", DAY1, "2018-09-30", "2019-04-01"),  # the same under the old version
    ("363", 1, "nonenforceable_public", DAY1, LAST, "2019-04-01"),          # under a version that is not there
    ("363", 1, "nonenforceable_public", DAY1, "2018-09-30", None),          # with the day left out
])  # fmt: skip
def test_a_self_enforceable_claim_cannot_be_stored_by_anybody(urls, code, version, class_, start, end, on):
    """Not even by the owner in plain SQL with row security taken off."""
    values = {"id": uuid.uuid4(), "debtor": cast.id_("free_debtor"), "intake": cast.id_("intake"), "code": code,
              "version": version, "class": class_, "from": start, "to": end, "on": on}  # fmt: skip
    with connect(urls["DATABASE_OWNER_URL"]) as owner, owner.transaction(force_rollback=True):
        owner.execute("alter table city.receivable no force row level security, disable trigger user")
        with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.ForeignKeyViolation)):
            owner.execute(RECEIVABLE, values)


def test_the_same_line_stores_a_court_route_claim(urls):
    values = {"id": uuid.uuid4(), "debtor": cast.id_("free_debtor"), "intake": cast.id_("intake"), "code": "201",
              "version": 1, "class": "private", "from": DAY1, "to": LAST, "on": None}  # fmt: skip
    with connect(urls["DATABASE_OWNER_URL"]) as owner, owner.transaction(force_rollback=True):
        owner.execute("alter table city.receivable no force row level security, disable trigger user")
        assert owner.execute(RECEIVABLE, values).rowcount == 1


@pytest.mark.parametrize("change", [
    "insert into city.claim_kind select '101', 9, cause_from, cause_to, name_ja, name_en, 'private', legal_basis, claim_group, 5, 5,"
    " true, false, true from city.claim_kind where code = '201'",
    "update city.claim_kind set class = 'private' where code = '104'",
    "update city.claim_kind set class = 'nonenforceable_public' where code = '363' and version = 2",
    "update city.claim_kind set cause_to = '2030-01-01' where code = '378' and version = 1",
])  # fmt: skip
def test_no_new_version_makes_a_tax_private(urls, change):
    with connect(urls["DATABASE_OWNER_URL"]) as owner, owner.transaction(force_rollback=True):
        owner.execute("alter table city.claim_kind no force row level security, disable trigger user")
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute(change)


def test_the_clock_is_not_the_callers(urls, admin):
    admin.execute("update gate.deployment set test_clock = false")
    with (
        connect(urls["DATABASE_PARTNER_URL"]) as login,
        pytest.raises(psycopg.errors.InvalidAuthorizationSpecification),
    ):
        bind(login, "alma")


def test_a_change_without_an_action_is_refused(urls):
    with connect(urls["DATABASE_OWNER_URL"]) as owner, owner.transaction(force_rollback=True):
        owner.execute("alter table shared.setting no force row level security")
        with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
            owner.execute("insert into shared.setting values (gen_random_uuid(), 'x', '2026-01-01', '1', 'all')")


def test_the_recorder_alone_writes_the_trail(urls):
    for role in ("agent", "desk", "auditor", "admin"):
        with stage.ask_as(role, urls) as login:
            for statement in ("update audit.event set actor_id = null", "delete from audit.event"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), login.transaction():
                    login.execute(statement)
            login.rollback()


def test_a_case_never_goes_straight_to_another_partner(urls):
    with stage.ask_as("desk", urls) as desk:
        with pytest.raises(psycopg.errors.CheckViolation), desk.transaction():
            desk.execute(
                "update shared.casefile set org_id = %s where id = %s", [cast.id_("south"), cast.id_("mori_north")]
            )
        desk.rollback()


def test_the_hold_of_a_protected_person_ends_with_the_mark_only(urls, admin):
    admin.execute(
        "insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at)"
        " values (%(id)s, %(who)s, 'protection', %(id)s, %(city)s, %(dan)s, %(now)s)",
        {
            "id": uuid.uuid4(),
            "who": cast.id_("protected"),
            "city": cast.id_("city"),
            "dan": cast.id_("dan"),
            "now": cast.NOW,
        },
    )
    with stage.ask_as("desk", urls) as desk:
        with pytest.raises(psycopg.Error) as error, desk.transaction():
            desk.execute("update city.hold set lifted_at = %s, lifted_by = %s", [cast.NOW, cast.id_("dan")])
        desk.rollback()
    assert error.value.sqlstate == "P0403"


@pytest.mark.parametrize("role", stage.WHO)
def test_nobody_empties_a_table_but_the_desk_its_stage(urls, admin, role):
    tables = admin.execute(
        "select c.oid::regclass::text from pg_class c where c.relkind = 'r' and c.relnamespace::regnamespace::text"
        " in ('access', 'gate', 'city', 'shared', 'audit')"
    ).fetchall()
    emptied = []
    with stage.ask_as(role, urls) as login:
        for (table,) in tables:
            try:
                with login.transaction(force_rollback=True):
                    login.execute(f"truncate {table}")
                emptied.append(table)
            except psycopg.errors.InsufficientPrivilege:
                continue
        login.rollback()
    assert sorted(emptied) == (
        ["city.intake_person", "city.intake_spoilt", "city.intake_stage"] if role == "desk" else []
    )
