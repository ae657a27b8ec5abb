"""`make test-walls`: weaken the law row by row and see whether anybody notices. Exit 1 when somebody should have."""

import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import time_machine

from portal.access.verify import expected_facts, live_facts
from portal.bootstrap import connect
from tests import cast, cluster
from tests.access import interleaving, stage
from tests.conftest import make_app
from tests.walls import variety
from tests.walls.judging import Judged, judge, wrong_stories, wrong_under_attack
from tests.walls.mutants import Mutant, all_mutants
from tests.walls.standing import Stand
from tests.walls.survivors import EQUIVALENTS

_stand: list[Stand] = []
_expected: list[set[str]] = []


def prepare(urls: dict[str, str]) -> dict[str, str]:
    """A city of the cast with a row for every question, in a database of its own."""
    found = cluster.clone("walls", urls)
    cast.make(found)
    stage.fill(found)
    variety.fill(found)
    return found


def law_of(urls: dict[str, str]) -> set[str]:
    with connect(urls["DATABASE_OWNER_URL"]) as owner, owner.transaction(force_rollback=True):
        return expected_facts(owner)


def main(workers: int = os.cpu_count() or 1) -> int:
    began = time.monotonic()
    urls = cluster.start()
    try:
        made = prepare(urls)
        expected = law_of(made)
        mutants = all_mutants(Stand(made).columns)
        random.Random(1).shuffle(mutants)  # the dear ones come evenly
        with ProcessPoolExecutor(max(workers, 1), initializer=_open, initargs=(urls, expected)) as pool:
            judged = list(pool.map(_judge, mutants, chunksize=10))
        status = told(judged, time.monotonic() - began)
        bare = cluster.clone("interleaved", urls)
        cast.make(bare)
        return status | interleaved(bare, 10_000)
    finally:
        cluster.stop()


def interleaved(urls: dict[str, str], steps: int) -> int:
    """Random principals on four backends."""
    seed, began = random.randrange(2**32), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(cast.NOW, tick=True):
        seen = interleaving.run(make_app(urls, Path(folder)), steps, seed)
    print(f"{seen.steps} interleavings on {len(seen.served)} backends, {seen.handovers} handovers from one principal to another,"
          f" {len(seen.wrong)} wrong answers; seed {seed}, {time.monotonic() - began:.0f} s")  # fmt: skip
    print("\n".join(seen.wrong[:10]))
    return 1 if seen.wrong or seen.handovers < steps / 20 else 0


def _open(urls: dict[str, str], expected: set[str]) -> None:
    stand = Stand(cluster.clone(f"walls_{os.getpid()}", urls, "walls"))
    if found := live_facts(stand.db) ^ expected:
        raise RuntimeError(f"the database is not as the law says: {sorted(found)[:5]}")
    for wrong in (next(wrong_stories(stand), None), next(wrong_under_attack(stand), None)):
        if wrong:
            raise RuntimeError(f"the law itself does not answer as it must: {wrong}")
    _stand.append(stand)
    _expected.append(expected)


def _judge(mutant: Mutant) -> Judged:
    return judge(_stand[0], mutant, _expected[0])


def told(judged: list[Judged], seconds: float) -> int:
    survived = [j.name for j in judged if j.why is None]
    explained = {name: pattern for name in survived for pattern in EQUIVALENTS if re.fullmatch(pattern, name)}
    killed_after_all = {j.name: p for j in judged if j.why for p in EQUIVALENTS if re.fullmatch(p, j.name)}
    unlisted = [j.name for j in judged if not j.listed]
    killed, listed = len(judged) - len(survived), len(judged) - len(unlisted)
    print(
        f"behavioural oracle: {killed}/{len(judged)} mutants killed; catalogue comparison: {listed}/{len(judged)}; {seconds:.0f} s"
    )
    for pattern, count in Counter(explained.values()).items():
        print(f"  {count:4} equivalent  {pattern}\n       {EQUIVALENTS[pattern]}")
    wrong = [f"SURVIVED  {name}" for name in sorted(set(survived) - set(explained))]
    wrong += [f"KILLED, though listed as equivalent  {name} ({pattern})" for name, pattern in killed_after_all.items()]
    wrong += [f"NOT IN THE CATALOGUE COMPARISON  {name}" for name in unlisted]
    wrong += [f"EQUIVALENT TO NOTHING  {pattern}" for pattern in EQUIVALENTS if pattern not in explained.values()]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    arguments: list[Any] = [int(value) for value in sys.argv[1:]]
    sys.exit(main(*arguments))
