"""Two ways of doing the same, measured in turns: what slows the machine down meanwhile slows both."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Side:
    """What is timed, and what is entered before a turn of it and left afterwards, untimed."""

    run: Callable[[], Any]
    turn: Callable[[], AbstractContextManager[Any]] = nullcontext


@dataclass(frozen=True)
class Effort:
    """How many rounds, and how many runs in each side's turn; `warm`: runs before, that do not count."""

    rounds: int = 7
    times: int = 15
    warm: int = 3


@dataclass(frozen=True)
class Outcome:
    """Seconds of one run, medians over the rounds. `ratio`: the median of each round's own ratio."""

    ours: float
    peer: float
    ratio: float


EFFORT = Effort()


def alternate(ours: Side, peer: Side, effort: Effort = EFFORT) -> Outcome:
    """A/B, B/A, A/B …: of each turn the median counts, and of the rounds the median again."""
    for side in (ours, peer):
        _turn(side, effort.warm)
    pairs = []
    for number in range(effort.rounds):
        first, second = (ours, peer) if number % 2 == 0 else (peer, ours)
        taken = {id(side): _turn(side, effort.times) for side in (first, second)}
        pairs.append((taken[id(ours)], taken[id(peer)]))
    return outcome(pairs)


def outcome(pairs: list[tuple[float, float]]) -> Outcome:
    """`pairs`: (ours, peer) in seconds, one a round."""
    mine, theirs = zip(*pairs, strict=True)
    return Outcome(median(mine), median(theirs), median(a / b for a, b in pairs))


def _turn(side: Side, times: int) -> float:
    with side.turn():
        return median([seconds(side.run) for _ in range(times)] or [0.0])


def seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
