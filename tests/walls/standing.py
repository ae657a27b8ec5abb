"""One superuser's connection that plays everybody, inside one transaction that is rolled back.

`set local session authorization` makes session_user and current_user those of the real login, and from there on
access.bind decides as it does for that login: pg_has_role(session_user, …), the seal, the policies and every GRANT look at
these two and at nothing else. What it cannot show is that a login cannot come back to the superuser; tests/access/test_wall.py
asks that through the real logins. A weakened law must be seen before it is committed, and only this transaction can see it.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests import cast
from tests.access import stage
from tests.access.asking import columns_of, samples_of
from tests.access.oracle import PARTNER, ROLES

DEFINERS = ("gate", "contact", "recorder")
LOGINS = ("partner_login", "city_login", "worker_login")
EVERYBODY = (*ROLES, *DEFINERS, "owner", *LOGINS)
BINDS = {
    "nightly": ("worker_login", "access.bind_nightly('jobs:sweep', %(now)s)"),
    "signin": ("partner_login", "access.bind_signin('session:open', %(now)s)"),
}


class Stand:
    def __init__(self, urls: dict[str, str]) -> None:
        self.urls = urls
        self.db: psycopg.Connection[Any] = stage.superuser(urls)
        self.db.prepare_threshold = None  # no plan outlives the law it was made under
        self.columns = columns_of(self.db)
        self.samples = samples_of(self.db, self.columns)
        self.world = {table.split(".")[1].strip('"'): self._rows(table) for table in self.columns}

    def _rows(self, table: str) -> list[dict[str, Any]]:
        with self.db.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(f"select * from {table}").fetchall()  # type: ignore[arg-type]

    @contextmanager
    def weakened(self, statements: list[str]) -> Iterator[None]:
        """The law as these statements leave it, until the end of the block."""
        with self.db.transaction(force_rollback=True), self.db.transaction(force_rollback=True):
            for statement in statements:
                self.db.execute(statement)  # type: ignore[arg-type]
            yield

    @contextmanager
    def playing(self, who: str) -> Iterator[psycopg.Connection[Any]]:
        """As a bound role of the cast, a bare login, the owner, or the owner of narrow functions. Undone at the end."""
        with self.db.transaction(force_rollback=True):
            self.become(who)
            yield self.db

    def become(self, who: str, action: str = "test:ask", name: str = "") -> None:
        """For the rest of the savepoint; `name`: another member of the cast than the role's usual one."""
        if who in DEFINERS:
            self.db.execute(f"set local role portal_{who}")  # type: ignore[arg-type]
        elif who in (*LOGINS, "owner"):
            self.db.execute(f"set local session authorization portal_{who}")  # type: ignore[arg-type]
        else:
            login, call = BINDS.get(
                who, (f"{'partner' if who in PARTNER else 'city'}_login", "access.bind(%(token)s, %(action)s, %(now)s)")
            )
            self.bind(login, call, token=self._token(name or stage.WHO.get(who, "")), action=action)

    def bind(self, login: str, call: str, **values: Any) -> Any:
        self.db.execute(f"set local session authorization portal_{login}")  # type: ignore[arg-type]
        words = f"select pg_catalog.set_config('role', b.role, true), b.* from {call} b"
        return self.db.execute(words, {"now": cast.NOW, **values}).fetchone()  # type: ignore[arg-type]

    def again(self) -> None:
        """Back to the superuser, with what was done so far."""
        self.db.execute("reset role; reset session authorization")

    def locked(self, persons: list[uuid.UUID]) -> list[uuid.UUID]:
        """Which of these nobody else can have until this transaction ends: a lock stands in the row itself."""
        words = "select id from city.person where id = any(%s) and xmax::text <> '0' and pg_xact_status(xmax::text::xid8) = 'in progress'"
        return sorted(found for (found,) in self.db.execute(words, [persons]).fetchall())

    def arrange(self, statement: str, values: Any = None) -> None:
        """Something that is so, set without triggers."""
        self.db.execute("set local session_replication_role = replica")
        self.db.execute(statement, values)  # type: ignore[arg-type]
        self.db.execute("set local session_replication_role = origin")

    @staticmethod
    def _token(name: str) -> bytes:
        return bytes.fromhex(cast.token(name)[2:]) if name else b""
