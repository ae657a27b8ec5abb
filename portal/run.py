"""`make run`: servers, schema, demo city, web, worker and sweeper on one machine, until Ctrl-C."""

import argparse
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from types import FrameType
from typing import NoReturn, Self

from config import ROOT, Settings
from demo.moments import NOW as DEMO_NOW
from portal import bootstrap, demo_clock
from portal.embedded import Servers
from portal.embedded_process import EmbeddedError, last_lines, spawn, stop

FLASK = [sys.executable, "-um", "flask", "--app", "wsgi"]
PROGRAMS = {"worker": [*FLASK, "jobs", "work"], "sweeper": [*FLASK, "jobs", "sweep"]}
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Asked(BaseException):
    """Somebody asked us to stop."""


def main() -> int:
    options = _options()
    _listen_to_signals()
    settings = Settings()
    try:
        if settings.own_servers():
            bootstrap.migrate(settings.servers()["DATABASE_OWNER_URL"])
            _serve(options, settings.instance / "log", {})
        with Servers(settings.instance) as servers:
            _flask("demo", "make")
            if demo_clock.accepted(servers.urls["DATABASE_PARTNER_URL"], DEMO_NOW):
                os.environ.setdefault("DEMO_NOW", DEMO_NOW.isoformat())
            _serve(options, settings.instance / "log", servers.processes, "demo", "accounts")
    except Asked:
        say("Stopped.")
        return 0
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args()


def _listen_to_signals() -> None:
    def asked(_number: int, _frame: FrameType | None) -> NoReturn:
        # the second one ends us at once, and the kernel our children
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        raise Asked

    for number in STOPPING:
        # nohup means: live on
        if (number, signal.getsignal(number)) != (signal.SIGHUP, signal.SIG_IGN):
            signal.signal(number, asked)


def _serve(options: argparse.Namespace, logs: Path, servers: dict[str, Popen[bytes]], *last_word: str) -> NoReturn:
    """Serve until asked to stop; `last_word` is the flask command whose output stands last on the terminal."""
    logs.mkdir(parents=True, exist_ok=True)
    with _address(options.host, options.port) as listener, Household(logs, servers) as household:
        household.start("web", _gunicorn(listener), hold=(listener.fileno(),))
        for name, argv in PROGRAMS.items():
            household.start(name, argv)
        _await_page(listener, household)
        say(f"Renkei: http://{options.host}:{listener.getsockname()[1]}/")
        say(f"Ctrl-C stops everything; the logs are in {logs}")
        if last_word:
            _flask(*last_word)
        while True:
            time.sleep(0.5)
            household.look()


@contextmanager
def _address(host: str, port: int) -> Iterator[socket.socket]:
    """Listen ourselves and hand the socket on: nobody can take the port between finding and using it."""
    for candidate in range(port, port + 100):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((host, candidate))
                listener.listen(128)
            except OSError:
                continue
            if candidate != port:
                say(f"Port {port} is taken; using {candidate}.")
            yield listener
            return
    raise EmbeddedError(f"No free port from {port} on; choose another with PORT=….")


def _gunicorn(listener: socket.socket) -> list[str]:
    bind = f"fd://{listener.fileno()}"
    return [sys.executable, "-um", "gunicorn", "-c", "gunicorn.conf.py", "-b", bind, "wsgi:app"]


class Household:
    """The processes that serve. A dead worker or sweeper is started again; a dead web or server ends the run."""

    def __init__(self, logs: Path, servers: dict[str, Popen[bytes]]) -> None:
        self.logs, self.servers = logs, servers
        self.members: dict[str, Popen[bytes]] = {}
        self.since: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        # one TERM each: a second one makes RQ drop the job in hand
        for process in self.members.values():
            process.terminate()
        deadline = time.monotonic() + 30
        for process in self.members.values():
            with suppress(TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            stop(process)

    def start(self, name: str, argv: list[str], hold: tuple[int, ...] = ()) -> None:
        mode = "ab" if name in self.members else "wb"
        with (self.logs / f"{name}.log").open(mode) as log:
            self.members[name] = spawn(argv, cwd=ROOT, stdout=log, stderr=log, pass_fds=hold)
        self.since[name] = time.monotonic()

    def look(self) -> None:
        """Start again what may be started again; raise EmbeddedError for what may not."""
        for name, process in (self.servers | self.members).items():
            if process.poll() is None:
                continue
            log = self.logs / f"{name}.log"
            if name not in PROGRAMS:
                raise EmbeddedError(f"{name} ended ({process.returncode}); {log} ends with:\n{last_lines(log)}")
            # one that cannot live must not eat the machine
            if time.monotonic() - self.since[name] > 3:
                self.start(name, PROGRAMS[name])
                say(f"The {name} ended ({process.returncode}) and was started again; its log: {log}")


def _await_page(listener: socket.socket, household: Household, seconds: float = 180) -> None:
    host, port = listener.getsockname()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        household.look()
        with suppress(OSError, HTTPException), closing(HTTPConnection(host, port, timeout=2)) as page:
            page.request("GET", "/")
            page.getresponse()
            return
    raise EmbeddedError(f"No page came within {seconds:.0f} seconds; see {household.logs}.")


def _flask(*words: str) -> None:
    """Run a flask command to its end, here on the terminal."""
    process = spawn([*FLASK, *words], cwd=ROOT)
    try:
        if process.wait():
            raise EmbeddedError(f"flask {' '.join(words)} failed ({process.returncode}).")
    finally:
        stop(process, signal.SIGTERM)


def say(sentence: str) -> None:
    # the terminal may be gone
    with suppress(OSError):
        print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
