"""Who starts the servers of an instance, who uses them, and whether old ones still live.

flock is counted by the kernel, so every kill -9 leaves the truth behind:
    lock     exclusive: the one process that supervises the servers
    users    shared: every other process that uses them
    servers  exclusive, inherited by the servers: free only when the last of them, backends included, is gone
"""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded_process import EmbeddedError


class Busy(EmbeddedError):
    """Another process supervises the servers of this instance."""


@contextmanager
def opened(path: Path) -> Iterator[int]:
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield number
    finally:
        os.close(number)


@contextmanager
def supervising(instance: Path) -> Iterator[None]:
    """Be the supervisor; raises Busy when there is one."""
    with opened(instance / "lock") as number:
        if not _try(number, fcntl.LOCK_EX):
            holder = os.pread(number, 20, 0).decode() or "?"
            raise Busy(f"This checkout is already running (process {holder}); stop that one first.")
        os.ftruncate(number, 0)
        os.pwrite(number, str(os.getpid()).encode(), 0)
        yield


@contextmanager
def outliving(instance: Path, seconds: float = 60) -> Iterator[int]:
    """Wait until servers of a supervisor that was killed are gone, then give the lock that ours shall inherit."""
    with opened(instance / "servers") as number:
        deadline = time.monotonic() + seconds
        while not _try(number, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Servers of an earlier run still use {instance}; stop them first.")
            time.sleep(0.05)
        yield number


def use(instance: Path) -> int:
    """Count as a user until the returned descriptor is closed or the process ends."""
    number = os.open(instance / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(number, fcntl.LOCK_SH)
    return number


@contextmanager
def without_users(instance: Path) -> Iterator[None]:
    """Wait until nobody uses the servers, and let nobody in meanwhile."""
    with opened(instance / "users") as number:
        if not _try(number, fcntl.LOCK_EX):
            print("Other commands use the servers this one started; waiting for them.", file=sys.stderr)
            fcntl.flock(number, fcntl.LOCK_EX)
        yield


def _try(number: int, operation: int) -> bool:
    try:
        fcntl.flock(number, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
