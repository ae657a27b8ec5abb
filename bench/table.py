"""What a bench prints: one table, and under it what limits the figures that miss their aim."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEADINGS = ("figure", "ours", "peer", "peer is", "ratio", "limit", "rows")


@dataclass(frozen=True)
class Figure:
    """`ours`, `peer`: what was measured, in words with units; `ratio`: ours over the peer's, of time: less is better.

    `limit`: the aim in words, empty when nobody has set one; `met`: None then. `limits`: what keeps it from the aim.
    """

    name: str
    ours: str
    peer: str
    peer_is: str
    ratio: float
    rows: int
    limit: str = ""
    met: bool | None = None
    limits: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = {None: "—", True: f"{self.limit} met", False: f"{self.limit} MISSED"}[self.met]
        return self.name, self.ours, self.peer, self.peer_is, f"{self.ratio:.2f}", verdict, f"{self.rows:,}"


def at_most(ratio: float, most: float) -> dict[str, Any]:
    """The limit "ratio ≤ most" as fields of a Figure."""
    return {"limit": f"≤ {most}", "met": ratio <= most}


def written(figures: Sequence[Figure]) -> str:
    """Aligned columns, every line with the machine it was measured on at its end."""
    rows = [(*HEADINGS, "machine"), *((*figure.cells, machine()) for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *_missed(figures)])


def _missed(figures: Iterable[Figure]) -> list[str]:
    return [f"{figure.name} misses {figure.limit}: {figure.limits}" for figure in figures if figure.met is False]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def machine() -> str:
    """ "2 x AMD EPYC …, 23 GB, Python 3.11.2"."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} x {_processor()}, {memory:.0f} GB, Python {platform.python_version()}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
