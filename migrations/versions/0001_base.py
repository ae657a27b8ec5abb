"""The wall: schemas, tables, narrow functions, grants, row policies, triggers; and the kinds of claims."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SQL = Path(__file__).parent.parent / "sql"


def run(name: str) -> None:
    op.execute(sa.text((SQL / name).read_text(encoding="utf-8").replace(":", "\\:")))


def upgrade() -> None:
    for name in ("0001_schemas.sql", "0001_tables.sql", "0001_functions.sql", "0001_law.sql"):
        run(name)
    op.execute("do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$")
    kinds()


def kinds() -> None:
    """The catalogue of claim kinds. FORCE would hide the rows from the owner, so it is lifted for these lines."""
    op.execute("alter table city.claim_kind no force row level security")
    with (SQL / "0001_claim_kinds.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {k: v or None for k, v in row.items()}
            | {"cause_from": row["cause_from"] or "0001-01-01", "cause_to": row["cause_to"] or "9999-12-31"}
            for row in csv.DictReader(file)
        ]
    columns = list(rows[0])
    casts = {"cause_from": "date", "cause_to": "date", "call_centre": "boolean", "servicer": "boolean"}
    casts |= {"version": "int", "old_period_years": "int", "new_period_years": "int"}
    values = ", ".join(f"cast(:{c} as {casts.get(c, 'text')})" for c in columns)
    names = ", ".join(columns)
    op.get_bind().execute(sa.text(f"insert into city.claim_kind ({names}) values ({values})"), rows)
    op.execute("alter table city.claim_kind force row level security")


def downgrade() -> None:
    for schema in ("shared", "city", "gate", "audit"):
        op.execute(f"drop schema {schema} cascade")
    op.execute(sa.text("drop table access.outbox, access.progress"))
    op.execute(
        "do $$ declare f regprocedure; begin for f in select p.oid from pg_proc p where p.pronamespace = 'access'"
        "::regnamespace loop execute 'drop function ' || f || ' cascade'; end loop; end $$"
    )
