"""PostgreSQL and Valkey for development, the demo and tests, started by whoever needs them first.

    with Servers(instance) as servers: servers.urls     supervise them: `make run`, the tests
    ensure(instance)                                     use them: every flask command

With DATABASE_*_URL and REDIS_URL set none of this is used.
"""

import atexit
import hashlib
import os
import shutil
import stat
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, Self

from portal import bootstrap, embedded_postgres, embedded_valkey
from portal.embedded_locks import Busy, outliving, supervising, use, without_users
from portal.embedded_process import EmbeddedError, server_folder

Mode = Literal["run", "test"]
DATABASE = {"run": "renkei", "test": "tmpl"}
LOGINS = {
    "DATABASE_OWNER_URL": "portal_owner",
    "DATABASE_PARTNER_URL": "portal_partner_login",
    "DATABASE_CITY_URL": "portal_city_login",
    "DATABASE_WORKER_URL": "portal_worker_login",
}
_known: set[Path] = set()


class Servers:
    """Both servers of one instance folder, alive as long as the `with` block, and never longer than this process.

    The database is there and, but for `migrated=False`, on the newest migration. Raises Busy when another process
    supervises this instance, EmbeddedError when the servers cannot run here.
    """

    def __init__(self, instance: Path, mode: Mode = "run", *, migrated: bool = True) -> None:
        self.instance, self.mode, self.migrated = instance.resolve(), mode, migrated
        self.urls = urls(instance, mode)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        _own(self.instance)
        with ExitStack() as stack:
            stack.enter_context(supervising(self.instance))
            (self.instance / "ready").unlink(missing_ok=True)
            hold = stack.enter_context(outliving(self.instance))
            sockets = _private(_sockets(self.instance))
            stack.callback(shutil.rmtree, sockets.parent, ignore_errors=True)
            for name, server in (("postgres", embedded_postgres), ("valkey", embedded_valkey)):
                self.processes[name] = server.start(self.instance, sockets, self.mode, hold)
                stack.callback(server.halt, self.processes[name])
            bootstrap.prepare(self.urls["DATABASE_ADMIN_URL"], DATABASE[self.mode])
            if self.migrated:
                bootstrap.migrate(self.urls["DATABASE_OWNER_URL"])
            stack.callback(self._withdraw)
            self._publish()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._exit.close()

    def _publish(self) -> None:
        (self.instance / "ready").touch()
        _known.add(self.instance)

    def _withdraw(self) -> None:
        (self.instance / "ready").unlink(missing_ok=True)
        _known.discard(self.instance)


def urls(instance: Path, mode: Mode = "run") -> dict[str, str]:
    """Where the servers of `instance` answer when they run: LOGINS, DATABASE_ADMIN_URL (the superuser), REDIS_URL."""
    where = f"?host={_sockets(instance)}&port=5432"
    logins = {name: f"postgresql+psycopg://{login}@/{DATABASE[mode]}{where}" for name, login in LOGINS.items()}
    return logins | {
        "DATABASE_ADMIN_URL": f"postgresql+psycopg://postgres@/postgres{where}",
        "REDIS_URL": f"unix://{_sockets(instance)}/valkey.sock",
    }


def ensure(instance: Path) -> dict[str, str]:
    """URLs of running servers: those of another process (`make run`), or our own until this process ends."""
    instance = instance.resolve()
    while instance not in _known:
        try:
            servers = Servers(instance).__enter__()
        except Busy:
            _join(instance)
        else:
            atexit.register(_leave, servers, os.getpid())
    return urls(instance)


def _join(instance: Path, seconds: float = 60) -> None:
    """Use the servers of the present supervisor once they are ready; return without, when it went away meanwhile."""
    deadline = time.monotonic() + seconds
    while not (instance / "ready").exists():
        if time.monotonic() > deadline:
            raise EmbeddedError(f"The process that holds {instance}/lock does not get its servers ready.")
        time.sleep(0.05)
        try:
            with supervising(instance):
                return
        except Busy:
            continue
    seat = use(instance)
    if (instance / "ready").exists():
        _known.add(instance)
    else:
        os.close(seat)


def _leave(servers: Servers, pid: int) -> None:
    """At exit: others may have come to use our servers; they finish first. A forked child leaves nothing."""
    if os.getpid() == pid:
        with without_users(servers.instance):
            servers.__exit__()


def _own(instance: Path) -> None:
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    (instance / "log").mkdir(exist_ok=True)
    owner = instance.stat().st_uid
    if owner != os.getuid():
        raise EmbeddedError(
            f"{instance} belongs to user {owner}; one checkout serves one user: make a clone of your own."
        )


def _sockets(instance: Path) -> Path:
    """Short, for a socket's path has room for 107 bytes; not TMPDIR, which the next terminal may have set otherwise."""
    digest = hashlib.sha256(str(instance.resolve()).encode()).hexdigest()[:12]
    return Path("/tmp") / f"renkei-{os.getuid()}-{digest}" / "s"


def _private(sockets: Path) -> Path:
    """`sockets` made and empty, in a folder only we can enter."""
    outer = sockets.parent
    outer.mkdir(mode=0o700, exist_ok=True)
    found = outer.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise EmbeddedError(f"{outer} is not a private folder of ours; remove it.")
    for stale in server_folder(sockets).iterdir():
        stale.unlink()
    return sockets
