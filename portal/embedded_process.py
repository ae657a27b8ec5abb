"""Child processes that end when we end, however we end."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

NOBODY = 65534
# initdb and postgres refuse to be root. Without the securebits the capability is lost at exec and the folders
# above a checkout in /root (0700) cannot be passed.
AS_NOBODY = (
    f"--reuid={NOBODY} --regid={NOBODY} --clear-groups --securebits=+no_setuid_fixup "
    "--inh-caps=-all,+dac_override --ambient-caps=-all,+dac_override"
).split()
# servers of ours take no advice from the caller's PGPORT, PGDATA or LC_ALL
BARE_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


class EmbeddedError(RuntimeError):
    """The servers cannot run here; the message is one sentence for the person at the keyboard."""


def server_uid() -> int:
    """The account of PostgreSQL and Valkey: our own, or nobody's when we are root."""
    return NOBODY if os.getuid() == 0 else os.getuid()


def spawn(argv: Sequence[str], *, on_our_death: str = "TERM", **options: Any) -> subprocess.Popen[bytes]:
    """Start `argv`, which gets the signal `on_our_death` from the kernel when this process is gone (kill -9 too).

    A group of its own keeps Ctrl-C from stopping PostgreSQL before those who use it.
    """
    if threading.current_thread() is not threading.main_thread():
        raise EmbeddedError("No servers run and a thread cannot start them; keep `make run` open beside this.")
    try:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", on_our_death, *argv], stdin=subprocess.DEVNULL, process_group=0, **options
        )
    except FileNotFoundError:
        raise EmbeddedError("setpriv is missing; it is part of util-linux: apt-get install util-linux") from None


def spawn_server(argv: Sequence[str], log: Path, *, on_our_death: str, hold: int) -> subprocess.Popen[bytes]:
    """Start a server without our rights and environment; it keeps the descriptor `hold` open as long as it lives."""
    with log.open("ab") as out:
        return spawn(
            [*(AS_NOBODY if os.getuid() == 0 else []), *argv],
            on_our_death=on_our_death,
            stdout=out,
            stderr=out,
            cwd="/",
            env=BARE_ENVIRONMENT,
            pass_fds=(hold,),
        )


def server_folder(path: Path) -> Path:
    """`path` made and handed to the servers' account, nobody else's."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_uid != server_uid():
        os.chown(path, server_uid(), server_uid())
    return path


def await_answer(process: subprocess.Popen[bytes], answers: Callable[[], bool], log: Path, seconds: float = 60) -> None:
    """Return when `answers()`; raise EmbeddedError with the log's last lines when the server ended or is slow."""
    deadline = time.monotonic() + seconds
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process, signal.SIGKILL)
            raise EmbeddedError(f"{log.stem} did not start; {log} ends with:\n{last_lines(log)}")
        time.sleep(0.03)


def last_lines(log: Path, count: int = 12) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:]) if log.exists() else ""


def stop(process: subprocess.Popen[bytes], *signals: int, seconds: float = 30) -> None:
    """Send each signal in turn, giving the process `seconds` after each, and kill it in the end."""
    for number in (*signals, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
