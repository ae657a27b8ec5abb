"""Whom kill -9 strikes."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from tests.soak.portal import Portal, children

BACKEND = """select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and usename like 'portal%%login'
 order by usename = %s desc, state = 'active' desc, xact_start nulls last limit 1"""
ROLE = {"upload": "portal_city_login", "check": "portal_worker_login", "load": "portal_worker_login"}


def _member(name: str) -> Callable[[Portal, str, random.Random], int]:
    return lambda portal, phase, luck: portal.members[name].pid


def _server(name: str) -> Callable[[Portal, str, random.Random], int]:
    return lambda portal, phase, luck: portal.servers[name].pid


def _web_worker(portal: Portal, phase: str, luck: random.Random) -> int:
    return luck.choice(children(portal.members["web"].pid) or [0])


def _backend(portal: Portal, phase: str, luck: random.Random) -> int:
    """The one that does the work of this phase, as near as can be told; with it PostgreSQL restarts all."""
    found = portal.ask(BACKEND, ROLE[phase])
    return int(found[0]) if found else 0


VICTIMS = {
    "web worker": _web_worker,
    "web master": _member("web"),
    "worker": _member("worker"),
    "sweeper": _member("sweeper"),
    "backend": _backend,
    "postmaster": _server("postgres"),
    "valkey": _server("valkey"),
}


def kill(portal: Portal, victim: str, phase: str, luck: random.Random) -> bool:
    """False when there was nobody to kill."""
    pid = VICTIMS[victim](portal, phase, luck)
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)  # so that its parent finds it dead
            return True
    return False
