"""How the wall is asked: every table and column there is, a value for each type, and what an answer was."""

import uuid
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from tests import cast
from tests.access import oracle, stage
from tests.access.oracle import PARTNER

VALUES = {"uuid": "'00000000-0000-7000-8000-000000000000'", "text": "'x'", "int4": "1", "int8": "1", "int2": "1", "bool": "true",
          "date": "'2026-11-25'", "timestamptz": "'2026-11-25T00:00Z'", "time": "'10:00'", "bytea": "'x'", "jsonb": "'{}'",
          "_text": "'{}'", "_uuid": "'{}'"}  # fmt: skip
AUTHORS = ("by_id", "account_id", "asked_by", "received_by")
# whoever answers, lifts, decides or objects must say that it was they, and the objection's time is its own
PARTNER_SIGNED = {"recall_notice": "objected_by", "conflict": "answered_by"}
SIGNED = {
    "desk": {"return": "answered_by", "review": "answered_by", "hold": "lifted_by", "approval": "decided_by", "mark": "ended_by",
             "acceptance": "answered_by", "recall_notice": "answered_by", "movement": "decided_by", "match": "decided_by"},
    **dict.fromkeys(PARTNER, PARTNER_SIGNED),
}  # fmt: skip
Columns = dict[str, dict[str, str]]
Db = psycopg.Connection[Any]


def columns_of(db: Db) -> Columns:
    """{schema.table: {column: type}} of everything that can be written, read from the catalogue, so no table is forgotten."""
    found = db.execute(
        "select c.oid::regclass::text, a.attname, t.typname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " join pg_type t on t.oid = a.atttypid where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped"
        " and a.attgenerated = '' and a.attidentity = '' and c.relname <> 'alembic_version' and c.relnamespace::regnamespace::text"
        " in ('access', 'gate', 'city', 'shared', 'audit') order by 1, a.attnum"
    ).fetchall()
    tables: Columns = {}
    for table, column, kind in found:
        tables.setdefault(table, {})[column] = kind
    return tables


def outcome(db: Db, statement: str, values: Any = ()) -> str:
    """rows, none or denied; an error of a constraint means that the row was reached."""
    try:
        with db.transaction(force_rollback=True):
            return "rows" if db.execute(statement, values).rowcount else "none"  # type: ignore[arg-type]
    except psycopg.errors.InsufficientPrivilege:
        return "denied"
    except (psycopg.errors.IntegrityError, psycopg.errors.DataError, psycopg.errors.RaiseException) as error:
        return "rows" if error.sqlstate != "28000" else "denied"


def change(role: str, name: str, column: str, kind: str) -> str:
    """SET … of one column to a value of its type, signed where the law wants a signature."""
    signature = SIGNED.get(role, {}).get(name)
    if signature is None or signature not in oracle.UPDATES[role].get(name, "").split():
        return f'"{column}" = {VALUES[kind]}'
    signed = {signature: cast.id_(stage.WHO[role])} | ({"objected_at": cast.NOW} if signature == "objected_by" else {})
    parts = [f'"{column}" = {VALUES[kind]}'] if column not in signed else []
    return ", ".join([*parts, *(f"{c} = '{v}'" for c, v in signed.items())])


def samples_of(db: Db, columns: Columns) -> dict[str, dict[str, Any]]:
    """One stored row of every table, as {column: value}."""
    return {t: _sample(db, t, kinds) for t, kinds in columns.items() if not t.startswith("gate")}


def _sample(db: Db, table: str, kinds: dict[str, str]) -> dict[str, Any]:
    names = ", ".join(f'"{c}"' for c in kinds)
    where, value = ("true", []) if table == "audit.event" else _own(table)
    found = db.execute(f"select {names} from {table} where {where} limit 1", value).fetchone()  # type: ignore[arg-type]
    assert found, f"the stage has no row in {table}"
    row = dict(zip(kinds, found, strict=True))
    return {c: Jsonb(v) if kinds[c] == "jsonb" and v is not None else v for c, v in row.items()}


def _own(table: str) -> tuple[str, list[Any]]:
    column, value = stage.key_of(table, "agent", "recalled" if table == "shared.tombstone" else "own")
    return f"{column} = %s", [value]


def made_for(row: dict[str, Any], role: str, situation: str, author: str) -> dict[str, Any]:
    """The sample as a new row for the case of this situation, signed by `author`."""
    case = (stage.LAW_CASES if role == "lawyer" else stage.CASES)[situation]
    holder = "city" if situation in ("recalled", "protected") else case.split("_")[-1]
    changed: dict[str, Any] = {c: uuid.uuid4() for c in ("id",) if c in row}
    changed |= {c: cast.id_(case) for c in ("case_id",) if c in row}
    changed |= {c: cast.id_(author) for c in AUTHORS if c in row}
    if "org_id" in row:
        changed["org_id"] = cast.id_("city") if "account_id" in row or "file_name" in row else cast.id_(holder)
    return {**row, **changed}


def insert(table: str, row: dict[str, Any]) -> str:
    names = ", ".join(f'"{c}"' for c in row)
    return f"insert into {table} ({names}) values ({', '.join(['%s'] * len(row))})"
