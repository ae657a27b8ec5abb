"""How much memory a whole city's ledger takes: the peak of the real worker over check and load, and of the web server
over an upload of half a gigabyte.

    .venv/bin/python -m tests.soak.memory [--records 733981] [--upload 500]
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench import ledger
from bench.intake import FULL
from tests.soak.desk import Desk
from tests.soak.moments import SAID, settle
from tests.soak.portal import Portal, children

MOST = 300  # MB


def main() -> int:
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="renkei-memory-") as folder,
        Portal(Path(folder), MAX_UPLOAD_MB="1024") as portal,
    ):
        path = Path(folder) / "ledger.csv"
        ledger.write(path, "77", options.records)
        said = SAID | {"source": "77"}
        worker = portal.members["worker"].pid
        resting = _peak(worker)
        began = time.monotonic()
        address = Desk(portal.port, patience=600).upload(path, **said).location
        figures = {"worker, resting": resting, "web, upload of the ledger": _web(portal)}
        figures |= _phase(portal, address, worker, "check", "checked", began)
        began = time.monotonic()
        Desk(portal.port).press(address, "/load")
        figures |= _phase(portal, address, worker, "load", "loaded", began)
        settle(portal)
        if options.upload:
            figures["web, upload of " + f"{options.upload} MB"] = _large(
                portal, Path(folder) / "large.csv", options.upload
            )
    for name, megabytes in figures.items():
        print(f"{name:40} {megabytes:6.0f} MB  {'met' if megabytes <= MOST else 'MISSED'}", flush=True)
    return int(any(megabytes > MOST for megabytes in figures.values()))


def _phase(portal: Portal, address: str, worker: int, phase: str, end: str, began: float) -> dict[str, float]:
    _forget(worker)
    known = address.rpartition("/")[2]
    while (state := portal.ask("select state from city.intake where id::text = %s", known)[0]) != end:
        if time.monotonic() > began + 1800 or state in ("unreadable", "cancelled", "stopped", "unmapped"):
            raise RuntimeError(f"it is {state}\n{portal.written()[-3000:]}")
        time.sleep(0.5)
    return {f"worker, {phase} ({time.monotonic() - began:.0f} s)": _peak(worker)}


def _large(portal: Portal, path: Path, megabytes: int) -> float:
    """One ledger so often that it is long enough; the file need not be loaded."""
    ledger.write(path, "78", 20_000)
    head, _, body = path.read_bytes().partition(b"\n")
    with path.open("wb") as out:
        out.write(head + b"\n")
        while out.tell() < megabytes * 1024 * 1024 - len(body):
            out.write(body)
    for pid in children(portal.members["web"].pid):
        _forget(pid)
    answer = Desk(portal.port, patience=600).upload(path, **SAID | {"source": "78"})
    if answer.status != 302:
        raise RuntimeError(f"the upload answers {answer.status}: {answer.text[-500:]}")
    found = _web(portal)
    Desk(portal.port).press(answer.location, "/cancellation")
    return found


def _web(portal: Portal) -> float:
    return max(_peak(pid) for pid in children(portal.members["web"].pid))


def _peak(pid: int) -> float:
    """Megabytes, the largest since `_forget`."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no such process")


def _forget(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.memory", description=__doc__)
    parser.add_argument("--records", type=int, default=int(os.environ.get("RECORDS") or FULL))
    parser.add_argument("--upload", type=int, default=500, help="MB")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
