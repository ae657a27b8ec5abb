"""`make soak`: kill -9 at random moments of a load, a table victim × phase, exit 1 when anything was lost, doubled or stuck.

SEED=… the same moments again, MOMENTS=… how many a victim, RECORDS=… how long the ledger, VICTIMS="worker,backend".
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.soak import files
from tests.soak.moments import PHASES, Outcome, Rehearsal, drawn
from tests.soak.portal import Portal
from tests.soak.victims import VICTIMS


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that everything ends with us
    moments = drawn(options.seed, options.moments, tuple(options.victims.split(",")))
    print(f"SEED={options.seed} MOMENTS={options.moments} RECORDS={options.records}: {len(moments)} kills", flush=True)
    outcomes, began = [], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="renkei-soak-") as folder, Portal(Path(folder)) as portal:
        rehearsal = Rehearsal(portal, files.write(Path(folder), options.records))
        took = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in rehearsal.took.items())
        print(f"undisturbed: {took}", flush=True)
        with suppress(KeyboardInterrupt):  # what was seen so far counts
            for number, moment in enumerate(moments, 1):
                outcomes.append(rehearsal.disturbed(moment, options.seed + number))
                print(f"{number:4d} {outcomes[-1]}", flush=True)
    print(table(outcomes))
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    print(f"{len(outcomes)} kills of {len(moments)}, {len(wrong)} violations, {time.monotonic() - began:.0f} s")
    return int(bool(wrong) or len(outcomes) < len(moments))


def table(outcomes: list[Outcome]) -> str:
    """Victim × phase: how often, and in which states the intakes were found."""
    cells: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        cells[outcome.moment.victim, outcome.moment.phase].append(outcome)
    names = [name for name in VICTIMS if any(victim == name for victim, _ in cells)]
    rows = [["victim", *PHASES], *([name, *(_cell(cells[name, phase]) for phase in PHASES)] for name in names)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cell(outcomes: list[Outcome]) -> str:
    if not outcomes:
        return "–"
    found = ", ".join(
        f"{state} {count}" for state, count in Counter(outcome.found for outcome in outcomes).most_common()
    )
    good = sum(not outcome.wrong for outcome in outcomes)
    return f"{good}/{len(outcomes)} ({found})"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    env = os.environ
    parser.add_argument("--seed", type=int, default=int(env.get("SEED") or random.SystemRandom().randrange(10**6)))
    parser.add_argument("--moments", type=int, default=int(env.get("MOMENTS") or 20), help="of each victim")
    parser.add_argument("--records", type=int, default=int(env.get("RECORDS") or 15_000))
    parser.add_argument("--victims", default=env.get("VICTIMS") or ",".join(VICTIMS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
