"""What stands in the ledger, to be compared and put back: every row of city and shared but for its ids and instants."""

from collections.abc import Iterable
from typing import Any

import psycopg

from tests.soak.portal import Portal

NOISE = (
    "[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    "|[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([+-][0-9]{2}(:[0-9]{2})?)?"
)
LEDGER = ("person", "debtor", "receivable", "receivable_event", "load_image", "movement")
# no load touches them, and gate.* hangs on them
STANDING = {"shared.organisation", "shared.engagement", "shared.account"}
# what the trail says a load wrote, one entry an id: however often it was begun, the same
ENTRIES = """select noun || ' ' || verb || ' ' || sum(cardinality(ids)) from audit.event
  where action = 'intake:load' and verb in ('insert', 'update', 'delete') and noun <> 'intake' and seq > %s
  group by noun, verb"""


class Stored:
    """`keep(name)` remembers how all stands, `put_back(name)` makes it so again, `differences(name)` compares."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        with portal.superuser() as db:
            found = db.execute(
                "select schemaname || '.' || tablename from pg_tables where schemaname in ('city', 'shared')"
                " union all values ('access.outbox'), ('access.progress')"
            )
            self.tables = sorted({str(name) for (name,) in found} - STANDING)
            self._columns = {table: _columns(db, table) for table in self.tables}
        self._since = 0

    def keep(self, name: str) -> None:
        with self._portal.superuser() as db:
            db.execute(f"create schema kept_{name}")
            for table in self.tables:
                copy = f"create table {_kept(name, table)} as select {self._columns[table]} from {table}"
                db.execute(f"{copy}; analyze {_kept(name, table)}")
            db.execute(f"create table kept_{name}.entries as {ENTRIES.replace('%s', str(self._since))}")

    def put_back(self, name: str) -> None:
        with self._portal.superuser() as db, db.transaction():
            db.execute(f"truncate {', '.join(self.tables)}")
            for table in self.tables:
                columns = self._columns[table]
                db.execute(f"insert into {table} ({columns}) select {columns} from {_kept(name, table)}")
            self.mark(db)
        for upload in self._portal.uploads.glob("*"):
            upload.unlink(missing_ok=True)

    def mark(self, db: psycopg.Connection[Any]) -> None:
        """From here on the entries of the trail are counted."""
        ((self._since,),) = db.execute("select coalesce(max(seq), 0) from audit.event")

    def differences(self, name: str) -> list[str]:
        """Rows that are there and should not be, or the other way round, a few of each table."""
        return [line for table in self._compared() for line in self._of_table(name, table)] + self._of_trail(name)

    def _compared(self) -> Iterable[str]:
        return (table for table in self.tables if not table.startswith("access."))

    def _of_table(self, name: str, table: str) -> list[str]:
        with self._portal.superuser() as db:
            columns = self._columns[table]
            now, then = (_texts(columns, source) for source in (table, _kept(name, table)))
            more, less = (
                db.execute(f"select count(*), min(txt) from ({a} except all {b}) d").fetchone()
                for a, b in ((now, then), (then, now))
            )
        assert more and less
        return [
            f"{table}: {count} rows {word}, as {str(sample)[:2000]}"
            for (count, sample), word in ((more, "too many"), (less, "missing"))
            if count
        ]

    def _of_trail(self, name: str) -> list[str]:
        with self._portal.superuser() as db:
            now = {line for (line,) in db.execute(ENTRIES, [self._since])}
            then = {line for (line,) in db.execute(f"select * from kept_{name}.entries")}
        return [] if now == then else [f"trail: {sorted(now)} instead of {sorted(then)}"]

    def counts(self) -> tuple[tuple[int, ...], str | None]:
        """(rows of each table of LEDGER, state of the newest intake that was not given up), at one instant."""
        counted = ", ".join(f"(select count(*) from city.{table})" for table in LEDGER)
        state = "(select state from city.intake where state not in ('cancelled', 'unreadable') order by at desc, id desc limit 1)"
        *found, state = self._portal.ask(f"select {counted}, {state}")
        return tuple(found), state


def _texts(columns: str, source: str) -> str:
    return f"select regexp_replace(x::text, '{NOISE}', '#', 'g') as txt from (select {columns} from {source}) x"


def _kept(name: str, table: str) -> str:
    return f"kept_{name}.{table.replace('.', '_')}"


def _columns(db: psycopg.Connection[Any], table: str) -> str:
    words = """select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''"""
    ((columns,),) = db.execute(words, [table])
    return str(columns)
