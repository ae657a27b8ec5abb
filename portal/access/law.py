"""Prints the DDL that the law means: GRANTs, row policies, function owners, triggers. Migrations freeze what it prints."""

from collections.abc import Iterable

from portal.access.policy import (
    FUNCTIONS,
    KEYS,
    NO_ROW_SECURITY,
    ROWS,
    SCHEMAS,
    SEQUENCES,
    TRIGGERS,
    UNAUDITED,
    Row,
)


def tables() -> list[str]:
    """Every table with row security, in order."""
    return sorted({row.table for row in ROWS})


def check_tables(known: Iterable[str]) -> None:
    """Start-up stops while a table has no row in the law: nobody would have decided who sees it."""
    if lawless := sorted(set(known) - {*tables(), *NO_ROW_SECURITY}):
        raise RuntimeError(f"A table without its row in access/policy.py: {', '.join(lawless)}")


def grant(row: Row) -> str:
    cols = f" ({', '.join(row.cols)})" if row.cols else ""
    return f"grant {row.verb}{cols} on {row.table} to portal_{row.role}"


def policy(row: Row, table: str = "") -> str:
    """`table`: print it on a twin instead (for comparing with the live catalogue)."""
    using = f" using ({row.rows})" if row.verb != "insert" else ""
    check = f" with check ({row.check or row.rows})" if row.verb in ("insert", "update") else ""
    return f"create policy {row.name} on {table or row.table} for {row.verb} to portal_{row.role}{using}{check}"


def triggers(table: str) -> dict[str, str]:
    """The triggers of one table: name → CREATE TRIGGER."""
    out = {name: body.format(table) for (of, name), body in TRIGGERS.items() if of == table}
    if table not in UNAUDITED:
        pen = f"for each statement execute function audit.changed('{KEYS.get(table, 'id')}')"
        out["audit_insert"] = f"after insert on {table} referencing new table as moved_rows {pen}"
        out["audit_update"] = f"after update on {table} referencing new table as new_rows old table as old_rows {pen}"
        out["audit_delete"] = f"after delete on {table} referencing old table as moved_rows {pen}"
    return {name: f"create trigger {name} {body}" for name, body in out.items()}


def _schemas() -> list[str]:
    return [f"grant usage on schema {s} to portal_{r}" for s, roles in SCHEMAS.items() for r in roles]


def _rows() -> list[str]:
    out = []
    for table in tables():
        out += [f"alter table {table} enable row level security", f"alter table {table} force row level security"]
    for row in ROWS:
        out += [grant(row), policy(row)]
    for table, roles in NO_ROW_SECURITY.items():
        out += [f"grant select, insert, truncate on {table} to portal_{r}" for r in roles]
    return out + [f"grant usage on sequence {s} to portal_{r}" for s, roles in SEQUENCES.items() for r in roles]


def _functions() -> list[str]:
    """The owner changes first: afterwards only the new owner can grant EXECUTE."""
    out = []
    for function, (owner, _) in FUNCTIONS.items():
        if owner != "owner":
            schema = function.split(".")[0]
            out += [
                f"grant create on schema {schema} to portal_{owner}",
                f"alter function {function} owner to portal_{owner}",
                f"revoke create on schema {schema} from portal_{owner}",
            ]
    for function, (owner, roles) in FUNCTIONS.items():
        if roles:
            out += [f"set local role portal_{owner}"]
            out += [f"grant execute on function {function} to portal_{r}" for r in roles]
            out += ["set local role portal_owner"]
    return out


def _triggers() -> list[str]:
    return [statement for table in tables() for statement in triggers(table).values()]


def ddl() -> str:
    """All of it, as one script for the owner."""
    return ";\n".join([*_schemas(), *_rows(), *_functions(), *_triggers()]) + ";\n"
