"""An attacker who writes SQL of his own under a partner's login: cheap functions, casts and errors never meet another's row."""

import itertools

import psycopg
import pytest

from portal.bootstrap import connect
from tests import cast
from tests.access import stage
from tests.walls import variety

ROLES = ("agent", "supervisor", "lawyer")
MAKE = "create function {place}leak(x text) returns boolean language sql as 'select true'"
# each would fail, and say the value, on the very rows that must stay unseen
TELLING = (
    "1 / (case when {hidden} then 0 else 1 end) = 1",
    "(case when {hidden} then (t.*)::text::integer else 1 end) = 1",
    "(case when {hidden} then (t.*)::text::date else current_date end) is not null",
    "(case when {hidden} then ('[' || (t.*)::text)::jsonb else '[]' end) is not null",
    "(case when {hidden} then (t.*)::text::uuid else gen_random_uuid() end) is not null",
    "'x' ~ (case when {hidden} then '(' || (t.*)::text else '.' end)",
    "'xy' like (case when {hidden} then 'x\\' else '%' end)",
    "(case when {hidden} then to_date((t.*)::text, 'YYYY') else current_date end) is not null",
    "(case when {hidden} then sqrt(-length((t.*)::text)) else 1 end) = 1",
    "(case when {hidden} then ('<' || (t.*)::text)::xml::text else 'x' end) is not null",
    "walls.tell((t.*)::text)",
)
# where PostgreSQL might look at a row sooner than at its policy
PLACES = (
    "select count(*) from {table} t where {condition}",
    "select count(*) from {table} t where {condition} or random() < 2",
    "select count(*) filter (where {condition}) from {table} t",
    "select 1 from {table} t order by {condition} limit 1",
    "select 1 from {table} t group by {condition}",
    "select 1 from (select 1 as one) o join {table} t on {condition}",
    "select 1 from {table} t, lateral (select 1 where {condition}) o",
    "select exists (select 1 from {table} t where {condition})",
    "select bool_or({condition}) over () from {table} t",
    "explain (analyze, costs off) select 1 from {table} t where {condition}",
)
CHANGES = (
    "update shared.casefile t set tries = tries where {condition}",
    "update shared.attempt t set note = note where {condition} returning 1",
)
TOLD = """
create schema walls; grant usage on schema walls to public;
create function walls.tell(x text) returns boolean language plpgsql cost 0.0000001 as
  $$ begin raise notice '%', x; return true; end $$
"""


@pytest.fixture(scope="module")
def urls(shared_urls):
    stage.fill(shared_urls)
    variety.fill(shared_urls)
    return shared_urls


@pytest.mark.parametrize("who", [*ROLES, "login"])
def test_a_partner_makes_no_function(shared_urls, who):
    with stage.superuser(shared_urls) as db:  # as the first migration does; a copy of a database does not keep it
        name = db.info.dbname
        db.execute(f'revoke all on database "{name}" from public')
        db.execute(f'grant connect on database "{name}" to portal_partner_login')
    with connect(shared_urls["DATABASE_PARTNER_URL"]) if who == "login" else stage.ask_as(who, shared_urls) as login:
        for place in ("", "public.", "shared.", "access.", "pg_temp.", "pg_catalog."):
            for words in (
                MAKE.format(place=place),
                f"create table {place}mine (x int)",
                f"create view {place}mine as select 1",
            ):
                with (
                    pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName)),
                    login.transaction(),
                ):
                    login.execute(words)
        for words in ("create schema mine", "create extension plpgsql", "create cast (text as int) with inout", "do $$ begin end $$ language plpython3u",
                      "load 'plpgsql'", "copy (select 1) to program 'id'", "select pg_read_file('/etc/passwd')",
                      "set session_replication_role = replica", "create publication all_of_it for all tables"):  # fmt: skip
            with pytest.raises(psycopg.Error) as refused, login.transaction():
                login.execute(words)
            assert refused.value.sqlstate in ("42501", "42704", "58P01", "42710"), words
        login.rollback()


@pytest.fixture(scope="module")
def readable(urls):
    """{role: {table: (how many it sees, whether there are others)}}."""
    found = {}
    with stage.superuser(urls) as db:
        db.execute(TOLD)
        tables = [t for (t,) in db.execute("select oid::regclass::text from pg_class where relnamespace = 'shared'::regnamespace"
                                           " and relkind = 'r' order by 1").fetchall()]  # fmt: skip
        totals = {t: db.execute(f"select count(*) from {t}").fetchall()[0][0] for t in tables}
    for role in ROLES:
        with stage.ask_as(role, urls) as login:
            for table in tables:
                try:
                    with login.transaction(force_rollback=True):
                        ((seen,),) = login.execute(f"select count(*) from (select t.* from {table} t) x").fetchall()
                    found.setdefault(role, {})[table] = (seen, totals[table] - seen)
                except psycopg.errors.InsufficientPrivilege:
                    continue
            login.rollback()
    assert all(hidden for tables in found.values() for _, hidden in tables.values())
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_error_and_no_notice_speaks_of_another_partners_row(urls, readable, role, capsys):
    said, asked = [], 0
    hidden = f"not (t.*)::text like '%{cast.id_('law' if role == 'lawyer' else 'north')}%'"
    with stage.ask_as(role, urls) as login:
        login.add_notice_handler(lambda notice: said.append(notice.message_primary))
        probes = [(t, w.replace("{table}", t)) for t, w in itertools.product(readable[role], PLACES)] + [
            ("", w) for w in CHANGES
        ]
        for table, place in probes:
            if table == "shared.setting":  # nobody's in particular
                continue
            for telling in TELLING:
                asked += 1
                with login.transaction(force_rollback=True):
                    login.execute(place.format(condition=telling.format(hidden=hidden)).replace("%", "%%"), ())
        login.rollback()
    own = cast.id_("law" if role == "lawyer" else "north")
    assert said and all(str(own) in words for words in said), [w for w in said if str(own) not in w][:3]
    with capsys.disabled():
        print(f" {role}: {asked} probes, {len(said)} notices, all of own rows", end="")


def test_the_same_probes_tell_without_the_wall(urls, readable):
    """They bite: the superuser, who has no policy before him, is told every row."""
    said = []
    with stage.superuser(urls) as db:
        db.add_notice_handler(lambda notice: said.append(notice.message_primary))
        hidden = f"not (t.*)::text like '%{cast.id_('north')}%'"
        silent = []
        for telling in TELLING[:-1]:
            words = PLACES[0].format(table="shared.casefile", condition=telling.format(hidden=hidden))
            try:
                with db.transaction():
                    db.execute(words.replace("%", "%%"), ())
                silent.append(telling)
            except psycopg.Error:
                continue
        assert silent == []
        db.execute("select count(*) from shared.casefile t where walls.tell((t.*)::text)")
    assert any(str(cast.id_("south")) in words for words in said)


@pytest.mark.parametrize("role", ROLES)
def test_copy_cursors_and_samples_give_own_rows_only(urls, readable, role):
    seen = readable[role]["shared.casefile"][0]
    with stage.ask_as(role, urls) as login:
        with login.cursor().copy("copy shared.casefile to stdout") as copied:
            assert sum(1 for _ in copied.rows()) == seen
        assert login.execute("select * from shared.casefile tablesample system (100)").rowcount == seen
        with pytest.raises(psycopg.errors.InsufficientPrivilege), login.transaction():
            login.execute("set local row_security = off")
            login.execute("select 1 from shared.casefile")
        for known in ("pg_stats", "pg_stats_ext"):
            assert (
                login.execute(
                    f"select 1 from pg_catalog.{known} where schemaname in ('shared', 'city', 'gate', 'audit')"
                ).rowcount
                == 0
            )
        with pytest.raises(psycopg.errors.InsufficientPrivilege), login.transaction():
            login.execute("select 1 from pg_statistic")
        login.rollback()


def test_what_explain_tells_is_numbers(urls, readable):
    """It counts what the policy took away, and that is known: docs/security.md. No value of another's row stands in it."""
    with stage.ask_as("agent", urls) as login, stage.superuser(urls) as db:
        db.execute("analyze shared.contactee, shared.casefile, shared.referral")
        lines = []
        for words in (
            "shared.contactee where name = '伊藤　三郎'",
            "shared.casefile",
            f"shared.referral where case_id = '{cast.id_('ito_south')}'",
        ):
            lines += [
                line
                for (line,) in login.execute(
                    f"explain (analyze, verbose, buffers off) select * from {words}"
                ).fetchall()
            ]
        login.rollback()
        secrets = {v for row in db.execute("select id, name, phone1, address from shared.contactee c join shared.casefile f on f.id = c.case_id"
                                           " where f.org_id <> %s", [cast.id_("north")]).fetchall() for v in row if v}  # fmt: skip
    removed = [line.strip() for line in lines if "Rows Removed by Filter" in line]
    print(removed)
    told = "\n".join(
        line for line in lines if "Filter:" not in line and "Cond:" not in line
    )  # what was asked stands there again
    assert not any(str(secret) in told for secret in secrets)
    assert all(line.split(": ")[1].isdigit() for line in removed)


def test_another_sessions_statement_is_seen_without_its_values(urls):
    """All agents of all partners share one login, so each can read the other's statements: bound values are no part of them."""
    with stage.ask_as("agent", urls) as one, connect(urls["DATABASE_PARTNER_URL"]) as other:
        one.execute("select case_id from shared.contactee where name = %s", ["森　花子"])
        texts = [
            q
            for (q,) in other.execute(
                "select query from pg_stat_activity where pid = %s", [one.info.backend_pid]
            ).fetchall()
        ]
        one.rollback()
    assert texts and "森" not in "".join(texts)
