"""`python -m tests.fuzz [ROUNDS] [SEED]`: that many files from that seed on; a failure prints the seed of its file."""

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.fuzz.properties import holds


def main(rounds: int = 20_000, seed: int | None = None) -> None:
    first = random.randrange(10**9) if seed is None else seed
    print("seed", first, flush=True)
    became = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for at in range(first, first + rounds):
            try:
                became[holds(at, Path(folder))] += 1
            except BaseException:
                print(f"failed at seed {at}: python -m tests.fuzz 1 {at}", flush=True)
                raise
    print(rounds, "files:", ", ".join(f"{name} {count}" for name, count in became.most_common()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
