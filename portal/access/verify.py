"""Compares the law with the live catalogue. PostgreSQL itself spells the expected policies and triggers, on twins.

Everything is a fact, a short string; a difference is a fact that only one side has.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

import psycopg

from portal.access import law
from portal.access.policy import FUNCTIONS, LOGINS, NO_ROW_SECURITY, ROWS, SCHEMAS, SEQUENCES

DEFINERS = ("gate", "contact", "recorder")
OURS = ("access", "gate", "city", "shared", "audit")
FUNCTION_TEXT = Path(__file__).with_name("functions.sql")
Connection = psycopg.Connection[Any]


def differences(owner: Connection) -> list[str]:
    """Sorted lines `law only: …` and `database only: …`; empty when the two agree. Needs the owner's connection."""
    with owner.transaction(force_rollback=True):
        expected = expected_facts(owner)
        live = live_facts(owner)
    return [f"law only: {f}" for f in sorted(expected - live)] + [
        f"database only: {f}" for f in sorted(live - expected)
    ]


def expected_facts(owner: Connection) -> set[str]:
    facts = {f"usage {s} {r}" for s, roles in SCHEMAS.items() for r in roles}
    facts |= {f"table {t}" for t in (*law.tables(), *NO_ROW_SECURITY)}
    facts |= {f"row security {t}" for t in law.tables()}
    facts |= {f"grant {r.role} {r.verb} {r.table}.{c}" for r in ROWS for c in r.cols or ("*",)}
    facts |= {
        f"grant {r} {v} {t}.*"
        for t, rs in NO_ROW_SECURITY.items()
        for r in rs
        for v in ("select", "insert", "truncate")
    }
    facts |= {f"grant {r} usage {s}" for s, roles in SEQUENCES.items() for r in roles}
    facts |= {f"member {login} {r} set" for login, roles in LOGINS.items() for r in roles}
    facts |= {f"member owner {r} set" for r in DEFINERS}
    facts |= {f"login {name}" for name in (*LOGINS, "owner")} | {"login backup bypassrls"}
    facts |= {f"role {name}" for name in {r for roles in LOGINS.values() for r in roles} | set(DEFINERS)}
    facts |= {f"belongs {t} owner" for t in (*law.tables(), *NO_ROW_SECURITY)}
    facts |= _expected_functions()
    for table in law.tables():
        facts |= _spelled(owner, table)
    return facts


def _expected_functions() -> set[str]:
    facts = {f"execute {f} {r}" for f, (owner, roles) in FUNCTIONS.items() for r in roles}
    facts |= {f"owner {f} {owner}" for f, (owner, _) in FUNCTIONS.items()}
    text = FUNCTION_TEXT.read_text(encoding="utf-8")
    for _head, name, attributes, body in re.findall(
        r"create function ((\S+?)\(.*?)\n?(language .*?) as \$\$(.*?)\$\$;", text, re.DOTALL
    ):
        definer = "definer" if "security definer" in attributes else "invoker"
        facts.add(f"function {name} {definer} search_path=pg_catalog, pg_temp {hash_of(body)}")
    return facts


def hash_of(body: str) -> str:

    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _spelled(owner: Connection, table: str) -> set[str]:
    """What PostgreSQL makes of the printed policies and triggers: read back from an empty twin of the same name."""
    twin = f"pg_temp.{table.split('.')[1]}"
    owner.execute(f"create temporary table {twin.split('.')[1]} (like {table})")
    for row in ROWS:
        if row.table == table:
            owner.execute(law.policy(row, twin))
    for statement in law.triggers(table).values():
        owner.execute(statement.replace(f" on {table} ", f" on {twin} "))
    return _hung(owner, {twin: table})


def _hung(db: Connection, names: dict[str, str]) -> set[str]:
    """Policies and triggers of the tables {where it is: what it is called in the facts}."""
    places = [list(names)]
    policies = db.execute(
        "select x.place, p.polname, p.polcmd, p.polpermissive, array(select pg_get_userbyid(r) from unnest(p.polroles) r),"
        " pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)"
        " from unnest(%s::text[]) x(place) join pg_policy p on p.polrelid = x.place::regclass",
        places,
    ).fetchall()
    triggers = db.execute(
        "select x.place, pg_get_triggerdef(t.oid), t.tgenabled"
        " from unnest(%s::text[]) x(place) join pg_trigger t on t.tgrelid = x.place::regclass where not t.tgisinternal",
        places,
    ).fetchall()
    facts = {f"policy {names[place]} {tuple(row)!r}" for place, *row in policies}
    for place, text, on in triggers:
        facts.add(f"trigger {re.sub(r' ON [^ ]+ ', f' ON {names[place]} ', text, count=1)} {on}")
    return facts


def live_facts(owner: Connection) -> set[str]:
    facts = set()
    for query, shape in QUERIES:
        facts |= {shape.format(*row) for row in owner.execute(query, {"ours": list(OURS)})}
    tables = [table for (table,) in owner.execute(TABLES, {"ours": list(OURS)}).fetchall()]
    return facts | _hung(owner, dict(zip(tables, tables, strict=True))) | _live_functions(owner)


def _live_functions(owner: Connection) -> set[str]:
    found = owner.execute(
        "select p.pronamespace::regnamespace || '.' || p.proname, p.prosecdef, p.proconfig, p.prosrc from pg_proc p"
        " where p.pronamespace = any(%(ours)s::regnamespace[])",
        {"ours": list(OURS)},
    )
    return {
        f"function {name} {'definer' if definer else 'invoker'} {','.join(config or [])} {hash_of(body)}"
        for name, definer, config, body in found
    }


TABLES = (
    "select c.oid::regclass::text from pg_class c where c.relnamespace = any(%(ours)s::regnamespace[])"
    " and c.relkind in ('r', 'p', 'v', 'm') and c.relname <> 'alembic_version'"
)
_SHORT = "substr(pg_get_userbyid(a.grantee), 8)"
_SIGNATURE = (
    "p.pronamespace::regnamespace || '.' || p.proname || '(' || array_to_string(array(select replace(format_type(t, null),"
    " 'timestamp with time zone', 'timestamptz') from unnest(p.proargtypes) t), ',') || ')'"
)
QUERIES = (
    (
        f"select n.nspname, {_SHORT} from pg_namespace n, aclexplode(n.nspacl) a where n.nspname = any(%(ours)s)"
        " and a.privilege_type = 'USAGE' and a.grantee <> n.nspowner",
        "usage {} {}",
    ),
    (TABLES, "table {}"),
    (
        TABLES.replace("c.oid::regclass::text", "c.oid::regclass::text, substr(pg_get_userbyid(c.relowner), 8)", 1),
        "belongs {} {}",
    ),
    (TABLES.replace("c.relkind in", "c.relrowsecurity and c.relforcerowsecurity and c.relkind in"), "row security {}"),
    (
        f"select case when a.grantee = 0 then 'PUBLIC' else {_SHORT} end, lower(a.privilege_type) || case when a.is_grantable then ' on' else '' end, c.oid::regclass"
        " from pg_class c, aclexplode(c.relacl) a where c.relnamespace = any(%(ours)s::regnamespace[])"
        " and c.relkind <> 'S' and a.grantee <> c.relowner",
        "grant {} {} {}.*",
    ),
    (
        f"select {_SHORT}, lower(a.privilege_type) || case when a.is_grantable then ' on' else '' end, c.oid::regclass from pg_class c, aclexplode(c.relacl) a"
        " where c.relnamespace = any(%(ours)s::regnamespace[]) and c.relkind = 'S' and a.grantee <> c.relowner",
        "grant {} {} {}",
    ),
    (
        f"select {_SHORT}, lower(a.privilege_type) || case when a.is_grantable then ' on' else '' end, c.oid::regclass, t.attname from pg_class c"
        " join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a"
        " where c.relnamespace = any(%(ours)s::regnamespace[])",
        "grant {} {} {}.{}",
    ),
    (
        f"select {_SIGNATURE}, case when a.grantee = 0 then 'PUBLIC' else {_SHORT} end"
        " from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
        " where p.pronamespace = any(%(ours)s::regnamespace[]) and a.grantee <> p.proowner",
        "execute {} {}",
    ),
    (
        f"select {_SIGNATURE}, substr(pg_get_userbyid(p.proowner), 8) from pg_proc p"
        " where p.pronamespace = any(%(ours)s::regnamespace[])",
        "owner {} {}",
    ),
    (
        "select substr(pg_get_userbyid(m.member), 8), substr(pg_get_userbyid(m.roleid), 8),"
        " case when m.inherit_option then 'inherit ' else '' end || case when m.set_option then 'set' else '' end ||"
        " case when m.admin_option then ' admin' else '' end from pg_auth_members m"
        " where pg_get_userbyid(m.member) ~ '^portal_' and pg_get_userbyid(m.roleid) ~ '^(portal|pg)_'",
        "member {} {} {}",
    ),
    (
        "select substr(rolname, 8) || case when rolbypassrls then ' bypassrls' else '' end ||"
        " case when rolsuper or rolcreaterole or rolcreatedb or rolreplication then ' powerful' else '' end"
        " from pg_roles where rolname ~ '^portal_' and rolcanlogin",
        "login {}",
    ),
    (
        "select substr(rolname, 8) || case when rolbypassrls then ' bypassrls' else '' end ||"
        " case when rolsuper or rolcreaterole or rolcreatedb or rolreplication then ' powerful' else '' end"
        " from pg_roles where rolname ~ '^portal_' and not rolcanlogin",
        "role {}",
    ),
)
