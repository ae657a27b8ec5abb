"""Every table × verb × role × situation, asked of the real PostgreSQL through the real logins, against the oracle."""

import psycopg
import pytest

from tests import cast
from tests.access import oracle, stage
from tests.access.oracle import PARTNER, ROLES, SITUATIONS

# rows that exist once for all situations; contracts and events of the trail have no case
SHAPELESS = {"claim_kind", "intake", "event"}
VALUES = {"uuid": "'00000000-0000-7000-8000-000000000000'", "text": "'x'", "int4": "1", "int8": "1", "int2": "1", "bool": "true",
          "date": "'2026-11-25'", "timestamptz": "'2026-11-25T00:00Z'", "time": "'10:00'", "bytea": "'x'", "jsonb": "'{}'",
          "_text": "'{}'", "_uuid": "'{}'"}  # fmt: skip


@pytest.fixture(scope="module")
def urls(shared_urls):
    stage.fill(shared_urls)
    return shared_urls


@pytest.fixture(scope="module")
def columns(urls):
    """{schema.table: {column: type}} of everything that can be written, read from the catalogue, so no table is forgotten."""
    with stage.superuser(urls) as db:
        found = db.execute(
            "select c.oid::regclass::text, a.attname, t.typname from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " join pg_type t on t.oid = a.atttypid where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped"
            " and a.attgenerated = '' and a.attidentity = '' and c.relname <> 'alembic_version' and c.relnamespace::regnamespace::text"
            " in ('access', 'gate', 'city', 'shared', 'audit') order by 1, a.attnum"
        ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in found:
        tables.setdefault(table, {})[column] = kind
    return tables


def outcome(db, statement, values=()):
    """rows, none or denied; an error of a constraint means that the row was reached."""
    try:
        with db.transaction(force_rollback=True):
            return "rows" if db.execute(statement, values).rowcount else "none"
    except psycopg.errors.InsufficientPrivilege:
        return "denied"
    except (psycopg.errors.IntegrityError, psycopg.errors.DataError, psycopg.errors.RaiseException) as error:
        return "rows" if error.sqlstate != "28000" else "denied"


def cells(db, urls, columns, role):
    for table, kinds in columns.items():
        name = table.split(".")[1].strip('"')
        for situation in SITUATIONS[:1] if name in SHAPELESS or table.startswith("gate") else SITUATIONS:
            where, value = (
                ("true", []) if table.startswith("gate") or name == "event" else _where(table, role, situation)
            )
            yield (
                (role, table, "select", situation),
                outcome(db, f"select from {table} where {where}", value),
                _reads(role, table, name, situation),
            )
            yield (
                (role, table, "delete", situation),
                outcome(db, f"delete from {table} where {where}", value),
                ("denied" if table.startswith("gate") else _lost(oracle.deletes(role, name), name, situation)),
            )
            for column, kind in kinds.items():
                seen = outcome(db, f"update {table} set {_change(role, name, column, kind)} where {where}", value)
                yield (role, table, f"update {column}", situation), seen, _updates(role, table, name, column, situation)


# whoever answers, lifts or decides must say that it was they
PARTNER_SIGNED = {"recall_notice": "objected_by", "conflict": "answered_by"}
SIGNED = {
    "desk": {"return": "answered_by", "review": "answered_by", "hold": "lifted_by", "approval": "decided_by", "mark": "ended_by",
             "acceptance": "answered_by", "recall_notice": "answered_by", "movement": "decided_by", "match": "decided_by"},
    **dict.fromkeys(PARTNER, PARTNER_SIGNED),
}  # fmt: skip


def _change(role, name, column, kind):
    signature = SIGNED.get(role, {}).get(name)
    if signature is None or column not in oracle.UPDATES[role].get(name, "").split():
        return f'"{column}" = {VALUES[kind]}'
    signed = f"{signature} = '{cast.id_(stage.WHO[role])}'"
    return signed if column == signature else f'"{column}" = {VALUES[kind]}, {signed}'


def _where(table, role, situation):
    column, value = stage.key_of(table, role, situation)
    return f"{column} = %s", [value]


def _reads(role, table, name, situation):
    return "denied" if table.startswith("gate") else _lost(oracle.reads(role, name, situation), name, situation)


def _updates(role, table, name, column, situation):
    return (
        "denied" if table.startswith("gate") else _lost(oracle.updates(role, name, column, situation), name, situation)
    )


def _lost(answer, name, situation):
    """Some rows exist in some situations only: then there is nothing, for whoever may look."""
    absent = (
        (name == "contactee" and situation in ("recalled", "protected"))
        or (name == "tombstone" and situation not in ("recalled", "protected"))
        or (name in ("referral", "care", "assessment") and situation == "unreferred")
        or (name == "claim_event" and situation in ("other", "recalled", "protected", "closed"))
    )
    return "none" if absent and answer == "rows" else answer


@pytest.mark.parametrize("role", ROLES)
def test_matrix(urls, columns, role, capsys):
    with stage.ask_as(role, urls) as db:
        asked = list(cells(db, urls, columns, role))
        db.rollback()
    wrong = [f"{question}: is {seen}, must be {must}" for question, seen, must in asked if seen != must]
    with capsys.disabled():
        print(f" {role}: {len(asked)} cells, {len(wrong)} differences", end="")
    assert not wrong, "\n".join(wrong[:40])
    assert len(asked) > 300
