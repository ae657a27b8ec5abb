"""PostgreSQL and Valkey for development, the demo and tests, started by whoever needs them first.

    with Servers(instance) as servers: servers.urls     supervise them: `make run`, the tests
    ensure(instance)                                     use them: every flask command

With DATABASE_*_URL and REDIS_URL set none of this is used.
"""

import atexit
import hashlib
import json
import os
import shutil
import stat
import tempfile
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
_known: dict[Path, dict[str, str]] = {}


class Servers:
    """Both servers of one instance folder, alive as long as the `with` block, and never longer than this process.

    `urls` holds LOGINS' four URLs, DATABASE_ADMIN_URL (superuser; for bootstrap only) and REDIS_URL.
    Raises Busy when another process supervises this instance, EmbeddedError when the servers cannot run here.
    """

    def __init__(self, instance: Path, mode: Mode = "run") -> None:
        self.instance, self.mode = instance.resolve(), mode
        self.urls: dict[str, str] = {}
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        _own(self.instance)
        with ExitStack() as stack:
            stack.enter_context(supervising(self.instance))
            (self.instance / "ready").unlink(missing_ok=True)
            hold = stack.enter_context(outliving(self.instance))
            sockets = _sockets(self.instance)
            stack.callback(shutil.rmtree, sockets.parent, ignore_errors=True)
            self.postgres = embedded_postgres.start(self.instance, sockets, self.mode, hold)
            stack.callback(embedded_postgres.halt, self.postgres)
            self.valkey = embedded_valkey.start(self.instance, sockets, self.mode, hold)
            stack.callback(embedded_valkey.halt, self.valkey)
            self.urls = _urls(sockets, DATABASE[self.mode])
            bootstrap.prepare(self.urls["DATABASE_ADMIN_URL"], DATABASE[self.mode])
            stack.callback(self._withdraw)
            self._publish()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._exit.close()

    def _publish(self) -> None:
        draft = self.instance / "ready.new"
        draft.write_text(json.dumps(self.urls))
        draft.replace(self.instance / "ready")
        _known[self.instance] = self.urls

    def _withdraw(self) -> None:
        (self.instance / "ready").unlink(missing_ok=True)
        _known.pop(self.instance, None)


def urls(instance: Path) -> dict[str, str]:
    """The URLs of the servers that run under `instance`; FileNotFoundError when none are ready."""
    return dict(json.loads((instance / "ready").read_text()))


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
    return _known[instance]


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
    try:
        _known[instance] = urls(instance)
    except FileNotFoundError:
        os.close(seat)


def _leave(servers: Servers, pid: int) -> None:
    """At exit: others may have come to use our servers; they finish first. A forked child leaves nothing."""
    if os.getpid() == pid:
        with without_users(servers.instance):
            servers.__exit__()


def _urls(sockets: Path, database: str) -> dict[str, str]:
    where = f"?host={sockets}&port=5432"
    logins = {name: f"postgresql+psycopg://{login}@/{database}{where}" for name, login in LOGINS.items()}
    return logins | {
        "DATABASE_ADMIN_URL": f"postgresql+psycopg://postgres@/postgres{where}",
        "REDIS_URL": f"unix://{sockets}/valkey.sock",
    }


def _own(instance: Path) -> None:
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = instance.stat().st_uid
    if owner != os.getuid():
        raise EmbeddedError(
            f"{instance} belongs to user {owner}; one checkout serves one user: make a clone of your own."
        )


def _sockets(instance: Path) -> Path:
    """A folder only we and the servers can enter. Short, for a socket's path has room for 107 bytes."""
    digest = hashlib.sha256(str(instance).encode()).hexdigest()[:12]
    outer = Path(tempfile.gettempdir()) / f"renkei-{os.getuid()}-{digest}"
    outer.mkdir(mode=0o700, exist_ok=True)
    found = outer.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise EmbeddedError(f"{outer} is not a private folder of ours; remove it.")
    sockets = server_folder(outer / "s")
    for stale in sockets.iterdir():
        stale.unlink()
    return sockets
