"""kill -9 of each part of the portal, at a moment of a load that chance chooses; `make soak` does it 140 times."""

import random

from tests.soak import victims
from tests.soak.moments import drawn


def test_all_or_nothing_whoever_is_killed(rehearsal):
    seed = random.SystemRandom().randrange(10**6)
    outcomes = [rehearsal.disturbed(moment, seed + n) for n, moment in enumerate(drawn(seed, 1))]
    said = "\n".join([f"SEED={seed}", *map(str, outcomes)])
    print(said)
    assert {outcome.moment.victim for outcome in outcomes} == victims.VICTIMS.keys()
    assert not any(outcome.wrong for outcome in outcomes), said
