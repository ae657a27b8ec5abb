"""`make run` from an empty folder to the address on the terminal, and back to nothing."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVED = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class Run:
    """One `make run` on an instance folder of its own; `said` is everything it printed so far."""

    def __init__(self, instance: Path) -> None:
        free = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
        self.instance, self.said = instance, ""
        self.process = subprocess.Popen(
            [sys.executable, "-um", "portal.run", "--port", "8300"],
            cwd=ROOT,
            env=free | {"INSTANCE": str(instance), "DEMO_SCALE": "0.001"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def read_until(self, words: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return line
        raise AssertionError(f"{words!r} never came:\n{self.said}")

    def processes(self) -> dict[int, str]:
        """Everything that has our supervisor above it, with its command line."""
        parents = _parents()
        below = {self.process.pid}
        while found := {pid for pid, parent in parents.items() if parent in below} - below:
            below |= found
        return {pid: Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in below}


def _parents() -> dict[int, int]:
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found[int(status.parent.name)] = int(parent)
    return found


def _gone(pids: set[int]) -> bool:
    for _ in range(1200):
        if not pids & set(_parents()):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demo city for all: each run finds what the last one left, however that ended."""
    return tmp_path_factory.mktemp("run") / "instance"


@pytest.fixture
def run(instance: Path) -> Iterator[Run]:
    started = Run(instance)
    yield started
    started.process.kill()
    started.process.communicate()


def test_make_run_serves_mends_itself_and_leaves_nothing(run: Run) -> None:
    address = SERVED.search(run.read_until("http://"))
    assert address
    with urllib.request.urlopen(address.group()) as page:
        assert page.status == 200
    everything = run.processes()
    worker = next(pid for pid, line in everything.items() if "jobs work" in line)

    # one that dies within three seconds is started again after three
    os.kill(worker, signal.SIGKILL)
    run.read_until("was started again")
    mended = run.processes()
    assert any("jobs work" in line for pid, line in mended.items() if pid != worker)

    run.process.send_signal(signal.SIGINT)
    run.read_until("Stopped.")
    assert run.process.wait(60) == 0
    assert _gone(set(everything) | set(mended))
    assert not (run.instance / "ready").exists()


def test_a_dead_web_ends_the_run_with_a_sentence(run: Run) -> None:
    run.read_until("http://")
    everything = run.processes()
    web = min(pid for pid, line in everything.items() if "gunicorn" in line)
    os.kill(web, signal.SIGKILL)
    run.read_until("web ended (-9)")
    assert run.process.wait(60) == 1
    assert _gone(set(everything))


def test_a_killed_supervisor_takes_everything_with_it(run: Run) -> None:
    run.read_until("http://")
    everything = run.processes()
    run.process.kill()
    assert _gone(set(everything))
