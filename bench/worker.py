"""One job in a process of its own, as the worker has it: how long it took, and the most memory it held.

`python -m bench.worker TICKET` in a city's environment prints the seconds (without starting up) and the bytes.
"""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.city import City
from config import ROOT


@dataclass(frozen=True)
class Performed:
    seconds: float
    peak: int


def performed(city: City, ticket: str) -> Performed:
    """RuntimeError with what the job said when it fails."""
    argv = [sys.executable, "-m", "bench.worker", ticket]
    environment = os.environ | city.environment()
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the job failed: {done.stderr[-2000:]}")
    taken, peak = done.stdout.split()[-2:]
    return Performed(float(taken), int(peak))


def main(ticket: str) -> None:
    from portal import create_app, jobs

    app = create_app()
    with app.app_context():
        began = time.perf_counter()
        jobs.perform(ticket)
        print(time.perf_counter() - began, _peak())


def _peak() -> int:
    """VmHWM, for ru_maxrss also counts what the parent held at the fork."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]


if __name__ == "__main__":
    main(sys.argv[1])
