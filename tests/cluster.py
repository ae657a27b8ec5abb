"""One PostgreSQL and one Valkey for a whole test run; a migrated template; a database of one's own in 0.1 s.

The pytest controller calls start() and stop(); everybody with start()'s URLs may clone().
"""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import redis
from psycopg import sql
from sqlalchemy.engine import make_url

from portal import bootstrap
from portal.embedded import DATABASE, Servers

PREFIX = "renkei-test-"
_running: list[Servers] = []


def start() -> dict[str, str]:
    """Servers in a temporary folder with the migrated template; the URLs lead to the template itself."""
    _sweep()
    servers = Servers(Path(tempfile.mkdtemp(prefix=PREFIX)), mode="test").__enter__()
    _running.append(servers)
    with bootstrap.connect(servers.urls["DATABASE_ADMIN_URL"]) as admin:
        # Valkey of the tests has 1000 numbers; 0 stays with the template
        admin.execute("create sequence clone_number maxvalue 999 cycle")
    return servers.urls


def stop() -> None:
    while _running:
        servers = _running.pop()
        servers.__exit__()
        shutil.rmtree(servers.instance)


def clone(name: str, urls: dict[str, str], template: str = DATABASE["test"]) -> dict[str, str]:
    """Copy a template to a database `name`: start()'s `urls` made to lead there, with a Valkey number of its own."""
    with bootstrap.connect(urls["DATABASE_ADMIN_URL"]) as admin:
        words = "create database {} owner portal_owner template {} strategy file_copy"
        admin.execute(sql.SQL(words).format(sql.Identifier(name), sql.Identifier(template)))
        ((number,),) = admin.execute("select nextval('clone_number')")
    lead = {key: _led(url, name) for key, url in urls.items() if key.startswith("DATABASE_")}
    queue = f"{urls['REDIS_URL']}?db={number}"
    with redis.Redis.from_url(queue) as before:
        before.flushdb()
    return urls | lead | {"REDIS_URL": queue}


def drop(name: str, urls: dict[str, str]) -> None:
    """Remove a clone, whoever is still connected."""
    with bootstrap.connect(urls["DATABASE_ADMIN_URL"]) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _led(url: str, name: str) -> str:
    address = make_url(url)
    if address.database == DATABASE["test"]:
        address = address.set(database=name)
    return address.render_as_string(hide_password=False)


def _sweep() -> None:
    """Remove the folders of test runs that were killed: old, ours, and nobody holds their lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            found = folder.stat()
            if found.st_uid == os.getuid() and found.st_mtime < time.time() - 600:
                with (folder / "servers").open() as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder)
