"""`make bench`: servers of its own, a city in sets, and one table of ratios, each against its peer in the same run.

SCALE=1 has 20,000 cases and a ledger of 73,398 records; SCALE=10 ten times as much, a whole city's claims.
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import case_screen, intake, opening, queries, worklist
from bench.city import City, beside, fill
from bench.rounds import EFFORT, Effort
from bench.table import Figure, written
from bench.web import admin_cookie, cookie, served
from portal.embedded import Servers

CASES, RECORDS = 20_000, 73_398.1


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers and their folder go
    cases = round(CASES * options.scale)
    with tempfile.TemporaryDirectory(prefix="renkei-bench-") as folder, Servers(Path(folder)) as servers:
        _say(f"{cases:,} cases, and a tenth of them in a city beside …")
        city = fill(servers.urls, Path(folder), cases)
        tenth = fill(beside(servers.urls, "tenth"), Path(folder), cases // 10)
        found = []
        for figure in _figures(city, tenth, round(RECORDS * options.scale), options.only):
            _say("  ".join(figure.cells))
            found.append(figure)
    print(written(found))


def _figures(city: City, tenth: City, records: int, only: str) -> Iterator[Figure]:
    if "0" in only:
        _say("opening …")
        yield opening.opening(city)
    if "1" in only or "2" in only:
        _say("pages …")
        yield from pages(city, tenth, only=only)
    if "3" in only:
        _say("statements …")
        yield from queries.with_and_without(city)
    if "4" in only:
        _say(f"a ledger of {records:,} records …")
        yield from intake.check_and_load(city, records)


def pages(city: City, tenth: City, effort: Effort = EFFORT, only: str = "12") -> Iterator[Figure]:
    """The figures over HTTP: our program and the peers', each on a server of its own."""
    with ExitStack() as stack:
        ours = stack.enter_context(served(city, "wsgi:app", "/cases", cookie(city, "agent")))
        peer = stack.enter_context(served(city, "bench.bare:app", worklist.theirs({})))
        if "1" in only:
            admin = stack.enter_context(served(city, "bench.django_admin:app", worklist.LIST, admin_cookie(city)))
            smaller = stack.enter_context(served(tenth, "wsgi:app", "/cases", cookie(tenth, "agent")))
            yield from worklist.figures(city, worklist.Servers(ours, peer, admin, smaller), effort)
        if "2" in only:
            yield case_screen.case_screen(city, ours, peer, effort)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    scale = float(os.environ.get("SCALE", 1))
    parser.add_argument("--scale", type=float, default=scale, help="1: 20,000 cases (also SCALE=…)")
    parser.add_argument("--only", default="01234", help="numbers of the figures, as in --only 13")
    return parser.parse_args()


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
