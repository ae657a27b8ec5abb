"""Rules that hold for every table, view, function and key, read from the catalogue; each is seen to bite on something made wrong."""

import pytest

from portal.access.policy import FUNCTIONS, NO_ROW_SECURITY
from portal.bootstrap import connect
from tests.access import stage

OURS = "('access', 'gate', 'city', 'shared', 'audit')"
PATH = "search_path=pg_catalog, pg_temp"
# rule → the query that finds what breaks it
RULES = {
    "row security is on and forced but on the stages of a load": f"""
        select c.oid::regclass::text from pg_class c where c.relnamespace::regnamespace::text in {OURS} and c.relkind in ('r', 'p')
           and not (c.relrowsecurity and c.relforcerowsecurity) and c.relname <> 'alembic_version'
           and not c.oid::regclass::text = any(%(stages)s)""",
    "a view looks with its reader's eyes": f"""
        select c.oid::regclass::text from pg_class c where c.relnamespace::regnamespace::text in {OURS} and c.relkind = 'v'
           and not coalesce('security_invoker=true' = any(c.reloptions) or 'security_invoker=on' = any(c.reloptions), false)""",
    "nothing is materialised or foreign": f"""
        select c.oid::regclass::text from pg_class c where c.relnamespace::regnamespace::text in {OURS} and c.relkind in ('m', 'f')""",
    "a function is on the list, and names where it looks": f"""
        select p.oid::regprocedure::text from pg_proc p where p.pronamespace::regnamespace::text in {OURS}
           and (not p.proname = any(%(functions)s) or p.proconfig is distinct from array['{PATH}'])""",
    "no function is called leakproof": f"""
        select p.oid::regprocedure::text from pg_proc p where p.pronamespace::regnamespace::text in {OURS} and p.proleakproof""",
    "no table runs a rule instead": f"""
        select c.oid::regclass::text from pg_rewrite r join pg_class c on c.oid = r.ev_class
         where c.relnamespace::regnamespace::text in {OURS} and c.relkind <> 'v'""",
    "PUBLIC may do nothing": f"""
        select 'function ' || p.oid::regprocedure from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
         where p.pronamespace::regnamespace::text in {OURS} and a.grantee = 0
        union all select 'table ' || c.oid::regclass from pg_class c, aclexplode(c.relacl) a
         where c.relnamespace::regnamespace::text in {OURS} and a.grantee = 0
        union all select 'column ' || c.oid::regclass from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
         where c.relnamespace::regnamespace::text in {OURS} and a.grantee = 0
        union all select 'schema ' || n.nspname from pg_namespace n, aclexplode(n.nspacl) a
         where n.nspname in ('access', 'gate', 'city', 'shared', 'audit', 'public') and a.grantee = 0""",
    "what the owner makes tomorrow is nobody's": """
        select t.kind from (values ('f'::"char"), ('T'::"char")) t(kind) where not exists (
          select from pg_default_acl d where d.defaclrole = 'portal_owner'::regrole and d.defaclnamespace = 0 and d.defaclobjtype = t.kind
             and not exists (select from aclexplode(d.defaclacl) a where a.grantee = 0))
        union all select d.defaclobjtype from pg_default_acl d, aclexplode(d.defaclacl) a where a.grantee <> 'portal_owner'::regrole""",
    "no sequence can be read or drawn from": f"""
        select c.oid::regclass::text from pg_class c, aclexplode(c.relacl) a where c.relnamespace::regnamespace::text in {OURS}
           and c.relkind = 'S' and a.grantee <> c.relowner""",
    "no role but the owner makes anything": """
        select n.nspname || ' ' || a.grantee::regrole from pg_namespace n, aclexplode(n.nspacl) a
         where n.nspname in ('access', 'gate', 'city', 'shared', 'audit', 'public') and a.privilege_type = 'CREATE' and a.grantee <> n.nspowner""",
    "a row that hangs on a case goes with it, whoever holds it": """
        select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'case_id'
         where c.relnamespace = 'shared'::regnamespace and c.relkind = 'r' and c.relname <> 'tombstone' and not exists (
          select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = 'shared.casefile'::regclass
             and k.confupdtype = 'c' and array(select t.attname::text from unnest(k.conkey) n join pg_attribute t
                 on t.attrelid = c.oid and t.attnum = n order by 1) = '{case_id,org_id}')""",
    "no key from the shared zone into the city": """
        select k.conname::text from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
         where k.contype = 'f' and c.relnamespace = 'shared'::regnamespace and f.relnamespace <> 'shared'::regnamespace""",
    "every table of the shared zone says whose row it is": """
        select c.oid::regclass::text from pg_class c where c.relnamespace = 'shared'::regnamespace and c.relkind = 'r'
           and c.relname not in ('organisation', 'setting')
           and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and a.attnotnull)""",
}  # fmt: skip
# made wrong, and the rule that must tell
WRONG = {
    "create table city.more (x int)": "row security is on and forced but on the stages of a load",
    "create view shared.all_cases as select * from shared.casefile": "a view looks with its reader's eyes",
    "create materialized view city.sums as select 1 as x": "nothing is materialised or foreign",
    "create function access.more() returns int language sql as 'select 1'": "a function is on the list, and names where it looks",
    "set local role portal_gate; alter function access.me() reset search_path; set local role portal_owner":
        "a function is on the list, and names where it looks",
    "create rule more as on delete to city.person do instead nothing": "no table runs a rule instead",
    "grant usage on schema shared to public": "PUBLIC may do nothing",
    "grant select (id) on shared.casefile to public": "PUBLIC may do nothing",
    "alter default privileges grant select on tables to portal_agent": "what the owner makes tomorrow is nobody's",
    "alter default privileges grant execute on functions to public": "what the owner makes tomorrow is nobody's",
    "create sequence shared.numbers; grant usage on sequence shared.numbers to portal_agent": "no sequence can be read or drawn from",
    "grant create on schema shared to portal_desk": "no role but the owner makes anything",
    "create table shared.more (case_id uuid references shared.casefile, org_id uuid not null)":
        "a row that hangs on a case goes with it, whoever holds it",
    "create table shared.more (person_id uuid references city.person)": "no key from the shared zone into the city",
    "create table shared.more (x int)": "every table of the shared zone says whose row it is",
}  # fmt: skip
KNOWN = {"stages": list(NO_ROW_SECURITY), "functions": [f.split("(")[0].split(".")[1] for f in FUNCTIONS]}


@pytest.fixture(scope="module")
def urls(shared_urls):
    return shared_urls


def broken(db, rule):
    return [row[0] for row in db.execute(RULES[rule], KNOWN).fetchall()]


@pytest.mark.parametrize("rule", RULES)
def test_it_holds(urls, rule):
    with stage.superuser(urls) as db:
        assert broken(db, rule) == [], rule


@pytest.mark.parametrize(("statement", "rule"), WRONG.items(), ids=[w[:50] for w in WRONG])
def test_it_bites(urls, statement, rule):
    with connect(urls["DATABASE_OWNER_URL"]) as owner, owner.transaction(force_rollback=True):
        owner.execute(statement)
        assert broken(owner, rule)


def test_a_view_with_the_readers_eyes_is_no_fault(urls):
    with connect(urls["DATABASE_OWNER_URL"]) as owner, owner.transaction(force_rollback=True):
        owner.execute("create view shared.mine with (security_invoker = true) as select id from shared.casefile")
        assert broken(owner, "a view looks with its reader's eyes") == []


# A unique key that a partner may write tells, by the error of a double, that the value stands somewhere. So each one either
# holds org_id, or a value that nobody can guess: ids are 74 random bits, and by_id is always one's own.
TELLING = {
    "shared.attempt": {("id",), ("by_id",)}, "shared.referral": {("id",)}, "shared.return": {("id",)}, "shared.review": {("id",)},
    "shared.acceptance": {("id",)}, "city.receipt": {("id",)},
}  # fmt: skip
# and a foreign key tells that an id exists: an account's, which is as random
POINTING = {("shared.casefile", "leased_by")}
WRITABLE = """
    select distinct g.table_schema || '.' || g.table_name, g.column_name from information_schema.column_privileges g
     where g.grantee in ('portal_agent', 'portal_supervisor', 'portal_lawyer') and g.privilege_type in ('INSERT', 'UPDATE')"""


def test_a_key_that_a_partner_chooses_holds_its_organisation_or_chance(urls):
    with stage.superuser(urls) as db:
        writable = set(db.execute(WRITABLE).fetchall())
        keys = db.execute(
            "select i.indrelid::regclass::text, array(select a.attname::text from unnest(i.indkey) n join pg_attribute a"
            " on a.attrelid = i.indrelid and a.attnum = n) from pg_index i where i.indisunique and i.indrelid::regclass::text = any(%s)",
            [sorted({t for t, _ in writable})],
        ).fetchall()
    chosen = {(t, tuple(k)) for t, k in keys if "org_id" not in k and all((t, c) in writable for c in k)}
    assert chosen == {(table, key) for table, keys in TELLING.items() for key in keys}
    assert len(keys) > 10


def test_a_foreign_key_that_a_partner_chooses_stays_with_its_organisation(urls):
    """by_id, answered_by and objected_by are one's own account by WITH CHECK; case_id goes with org_id."""
    with stage.superuser(urls) as db:
        writable = set(db.execute(WRITABLE).fetchall())
        keys = db.execute(
            "select k.conrelid::regclass::text, array(select a.attname::text from unnest(k.conkey) n join pg_attribute a"
            " on a.attrelid = k.conrelid and a.attnum = n) from pg_constraint k where k.contype = 'f'"
        ).fetchall()
    chosen = {(t, k[0]) for t, k in keys if len(k) == 1 and (t, k[0]) in writable}
    signed = {(t, c) for t, c in chosen if c in ("by_id", "answered_by", "objected_by")}
    assert chosen - signed == POINTING
