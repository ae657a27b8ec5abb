"""Whoever changes a row, even a superuser inside somebody's sealed context, leaves an entry that names it."""

import uuid
from typing import Any

import psycopg

from tests.access.asking import VALUES
from tests.walls.standing import Stand

BARE = (
    "select format('alter table %%s drop constraint %%I cascade', conrelid::regclass, conname) from pg_constraint"
    " where conrelid = %s::regclass and contype in ('f', 'c', 'u')"
    " union all select format('drop index %%s', indexrelid::regclass) from pg_index where indrelid = %s::regclass and indisunique"
    " and not indisprimary and not exists (select from pg_constraint where conindid = indexrelid)"
    " union all select format('alter table %%s disable trigger %%I', tgrelid::regclass, tgname) from pg_trigger"
    " where tgrelid = %s::regclass and not tgisinternal and tgname !~ '^audit_'"
)
DO = "create function access.walls_do(words text) returns void language plpgsql security definer as 'begin execute words; end'"


def wrong(stand: Stand, table: str, key: str) -> str | None:
    """What a row's coming, changing and going leaves in the trail, its table stripped of all but the trail's triggers."""
    try:
        with stand.db.transaction(force_rollback=True):
            seen = _entries(stand, table, key)
    except psycopg.Error as error:
        return f"{table}: {error.sqlstate} {error.diag.message_primary}"
    return None if seen == [["insert", True], ["update", True], ["delete", True]] else f"the trail of {table}: {seen}"


def _entries(stand: Stand, table: str, key: str) -> list[Any]:
    for (words,) in stand.db.execute(BARE, [table, table, table]).fetchall():
        stand.db.execute(words)
    stand.db.execute(DO)
    stand.db.execute("delete from audit.event")
    row, made = f"select * from {table} limit 1", uuid.uuid4()
    kinds = {c: k for c, k in stand.columns[table].items() if c not in _primary(stand, table) and c != key}
    name = table.split(".")[1].strip('"')
    sample = stand.world[name][0]
    column = next(c for c, k in kinds.items() if k in VALUES and str(sample[c]) != VALUES[k].strip("'"))
    stand.become("desk")
    copy = f"jsonb_populate_record(null::{table}, to_jsonb(r) || jsonb_build_object('{key}', '{made}'))"
    columns = ", ".join(f'"{c}"' for c in stand.columns[table])
    for words in (f"insert into {table} ({columns}) select {columns} from (select ({copy}).* from ({row}) r) x",
                  f"update {table} set \"{column}\" = {VALUES[kinds[column]]} where \"{key}\" = '{made}'",
                  f"delete from {table} where \"{key}\" = '{made}'"):  # fmt: skip
        stand.db.execute("select access.walls_do(%s)", [words])
    stand.again()
    found = stand.db.execute("select verb, ids = array[%s] from audit.event order by seq", [made])
    return [list(row) for row in found.fetchall()]


def _primary(stand: Stand, table: str) -> set[str]:
    found = stand.db.execute(
        "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)"
        " where i.indrelid = %s::regclass and i.indisprimary",
        [table],
    )
    return {name for (name,) in found.fetchall()}
