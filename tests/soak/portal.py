"""A whole portal in a folder of its own, as `make run` has it, each part of which may be killed and is started again.

What died is started by `revive`, as `make run` or a host's own supervisor would: worker and sweeper, the web server on
the same socket, PostgreSQL when the last of its old backends is gone, Valkey on its append-only file.
"""

import os
import shutil
import signal
import socket
import sys
import threading
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
from portal import bootstrap, embedded, embedded_postgres, embedded_valkey
from portal.embedded_locks import outliving
from portal.embedded_process import EmbeddedError, server_folder, spawn, stop
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
        self.urls = embedded.urls(self.instance)
        self.servers: dict[str, Popen[bytes]] = {}
        self.members: dict[str, Popen[bytes]] = {}
        self.deaths: list[str] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        for made in (self.temporary, self.instance / "log", *(self._hold(name) for name in SERVERS)):
            made.mkdir(parents=True, exist_ok=True)
        self._sockets().parent.mkdir(mode=0o700, exist_ok=True)
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self._sockets().parent, ignore_errors=True)
            for name in SERVERS:
                stack.callback(self._halt, name)
                self._serve(name)
            bootstrap.prepare(self.urls["DATABASE_ADMIN_URL"], embedded.DATABASE["run"])
            bootstrap.migrate(self.urls["DATABASE_OWNER_URL"])
            cast.make(self.urls)
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
        urls = {name: url for name, url in self.urls.items() if name != "DATABASE_ADMIN_URL"}
        return inherited | urls | own | {"DEMO_NOW": cast.NOW.isoformat()} | self.settings

    def revive(self) -> None:
        """Start whatever is dead; call it again and again. What a start needs first comes first."""
        for name, process in self.servers.items():
            if process.poll() is not None:
                self._serve(name)
        for name, process in self.members.items():
            if process.poll() is not None:
                self.deaths.append(f"{name} {process.returncode}")
                time.sleep(0.5)
                self.start(name)

    def whole(self) -> None:
        """Everything runs, and pages come."""
        self.revive()
        self._await_page()

    def _serve(self, name: str) -> None:
        """Start a server when the last process of the one before it is gone: they hold its lock."""
        with outliving(self._hold(name)) as hold:
            sockets = server_folder(self._sockets())
            self.servers[name] = SERVERS[name].start(self.instance, sockets, "run", hold)

    def _hold(self, name: str) -> Path:
        return self.folder / f"hold-{name}"

    def _sockets(self) -> Path:
        return Path(self.urls["REDIS_URL"].removeprefix("unix://")).parent

    def _halt(self, name: str) -> None:
        if name in self.servers:
            SERVERS[name].halt(self.servers[name])

    def _stop(self) -> None:
        for process in self.members.values():
            process.terminate()
        for process in self.members.values():
            stop(process, signal.SIGTERM)

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection[Any]]:
        """Sees through the wall; what it changes itself fires no trigger. Waits while the server recovers."""
        database = make_url(self.urls["DATABASE_OWNER_URL"]).database
        address = make_url(self.urls["DATABASE_ADMIN_URL"]).set(database=database)
        with self._patiently(address.render_as_string(hide_password=False)) as connection:
            connection.execute("set session_replication_role = replica; set lock_timeout = '20s'")
            yield connection

    def _patiently(self, address: str, seconds: float = 60) -> psycopg.Connection[Any]:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return bootstrap.connect(address)
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                # a thread may start no servers
                if threading.current_thread() is threading.main_thread():
                    self.revive()
                time.sleep(0.05)

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


def children(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(status.parent.name))
    return sorted(found)
