"""A thousand random interleavings on pooled connections; `make test-walls` runs ten thousand."""

import random

from tests.access import interleaving
from tests.access.interleaving import POOLS, TRICKS


def test_a_backend_that_serves_everybody_tells_nobody_about_another(app, capsys):
    seed = random.randrange(2**32)
    seen = interleaving.run(app, 1000, seed)
    with capsys.disabled():
        print(f" {seen.steps} steps, {len(seen.served)} backends, {seen.handovers} handovers, seed {seed}", end="")
    assert not seen.wrong, f"seed {seed}: {seen.wrong[:5]}"
    assert len(seen.served) <= sum(POOLS.values())
    assert all(len(set(names)) > 1 for names in seen.served.values())
    assert seen.handovers > 100
    assert set(seen.tricks) == {trick.__name__ for trick in TRICKS}
