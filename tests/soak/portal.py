"""A whole portal in a folder of its own, as `make run` has it, each part of which may be killed and is started again.

What died is started by `revive`, as `make run` or a host's own supervisor would: worker and sweeper, the web server on
the same socket, PostgreSQL when the last of its old backends is gone, Valkey on its append-only file.
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import Popen
from typing import Any, Self

import psycopg
from sqlalchemy import make_url

from config import ROOT
from portal import bootstrap, embedded_postgres, embedded_valkey
from portal.embedded import Servers
from portal.embedded_locks import opened
from portal.embedded_process import EmbeddedError, spawn, stop
from portal.run import PROGRAMS
from tests import cast

SERVERS = {"postgres": embedded_postgres, "valkey": embedded_valkey}
FOREIGN = ("DATABASE_", "REDIS_", "DEMO_", "INSTANCE", "UPLOAD_DIR", "SECRET_KEY")


class Portal:
    """Runs as long as the `with` block. `settings`: more environment for its programs; `limits`: setpriv-like prefixes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.instance, self.temporary = folder, folder / "instance", folder / "tmp"
        self.uploads = Path(settings.get("UPLOAD_DIR", self.instance / "uploads"))
        self.settings, self.prefix = settings, dict[str, list[str]]()
        self.members: dict[str, Popen[bytes]] = {}
        self.deaths: list[str] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.temporary.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            self.servers = stack.enter_context(Servers(self.instance))
            cast.make(self.servers.urls)
            self.listener = stack.enter_context(socket.socket())
            self.listener.bind(("127.0.0.1", 0))
            self.listener.listen(128)
            stack.callback(self._stop)
            for name in ("web", *PROGRAMS):
                self.start(name)
            self._await_page()
            self._stack = stack.pop_all()
        return self

    def _await_page(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while True:
            with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", self.port, timeout=2)) as page:
                page.request("GET", "/")
                page.getresponse()
                return
            if time.monotonic() > deadline or self.members["web"].poll() is not None:
                raise EmbeddedError(f"No page came.\n{self.written()}")

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def start(self, name: str) -> None:
        argv, hold = PROGRAMS.get(name), ()
        if argv is None:
            hold = (self.listener.fileno(),)
            argv = [sys.executable, "-um", "gunicorn", "-c", "gunicorn.conf.py", "-b", f"fd://{hold[0]}", "wsgi:app"]
        argv = [*self.prefix.get(name, []), *argv]
        with (self.instance / "log" / f"{name}.log").open("ab") as log:
            self.members[name] = spawn(argv, cwd=ROOT, env=self._environment(), stdout=log, stderr=log, pass_fds=hold)

    def _environment(self) -> dict[str, str]:
        own = {"INSTANCE": str(self.instance), "SECRET_KEY": cast.KEY, "TMPDIR": str(self.temporary)}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        urls = {name: url for name, url in self.servers.urls.items() if name != "DATABASE_ADMIN_URL"}
        return inherited | urls | own | {"DEMO_NOW": cast.NOW.isoformat()} | self.settings

    def revive(self) -> None:
        """Start whatever is dead; call it again and again. What a start needs first comes first."""
        for name, process in self.servers.processes.items():
            if process.poll() is not None:
                self._restart(name)
        for name, process in self.members.items():
            if process.poll() is not None:
                self.deaths.append(f"{name} {process.returncode}")
                time.sleep(0.5)
                self.start(name)

    def _restart(self, name: str) -> None:
        while name == "postgres" and _inside(self.instance / "postgres"):
            time.sleep(0.02)
        with opened(self.instance / "servers") as hold:
            sockets = Path(self.servers.urls["REDIS_URL"].removeprefix("unix://")).parent
            self.servers.processes[name] = SERVERS[name].start(self.instance, sockets, "run", hold)

    def _stop(self) -> None:
        for process in self.members.values():
            process.terminate()
        for process in self.members.values():
            stop(process, signal.SIGTERM)
        for name in reversed(SERVERS):
            SERVERS[name].halt(self.servers.processes[name])  # type: ignore[attr-defined]

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection[Any]]:
        """Sees through the wall; what it changes itself fires no trigger. Waits while the server recovers."""
        database = make_url(self.servers.urls["DATABASE_OWNER_URL"]).database
        address = make_url(self.servers.urls["DATABASE_ADMIN_URL"]).set(database=database)
        with patiently(lambda: bootstrap.connect(address.render_as_string(hide_password=False))) as connection:
            connection.execute("set session_replication_role = replica; set lock_timeout = '20s'")
            yield connection

    def ask(self, statement: str, *values: Any) -> Any:
        """The first row."""
        with self.superuser() as connection:
            return connection.execute(statement, values).fetchone()

    def hurry(self) -> None:
        """The half minute and more before a ticket is pushed again has gone by."""
        with self.superuser() as connection:
            connection.execute(
                "update access.outbox set next_at = clock_timestamp() where id in (select id from access.outbox"
                " where done_at is null and next_at > clock_timestamp() for update skip locked)"
            )

    def written(self) -> str:
        """All logs of the programs and servers."""
        logs = sorted((self.instance / "log").glob("*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')}" for log in logs)


def patiently(attempt: Any, seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _inside(folder: Path) -> list[int]:
    """Processes that work in this folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if place.readlink() == folder:
                found.append(int(place.parent.name))
    return found


def children(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(status.parent.name))
    return sorted(found)
