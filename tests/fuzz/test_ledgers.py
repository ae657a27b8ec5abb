"""A few hundred spoilt files with every run of the tests; `make fuzz` makes as many as one has patience for."""

import random

from tests.fuzz.properties import holds


def test_whatever_comes_every_record_is_accounted_for(tmp_path):
    first = random.randrange(10**9)
    print("seed", first)
    for seed in range(first, first + 150):
        try:
            holds(seed, tmp_path)
        except BaseException as wrong:
            raise AssertionError(f"python -m tests.fuzz 1 {seed}") from wrong
