"""Kinds of claim (債権種別): which law a claim stands under, and so whether it may be here at all."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SHIPPED = Path(__file__).with_name("claim_kinds.csv")
# A whitelist: a class nobody thought of is refused (地方自治法231条の3第3項 names what a city enforces itself).
STORABLE = frozenset({"nonenforceable_public", "private"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One version of a kind: for causes (原因発生日) from `cause_from` to `cause_to`, both included; None is open.

    `class_` is enforceable_public, nonenforceable_public or private; the periods of limitation are in years;
    `entrusted` is False where the city has switched the kind off.
    """

    code: str
    version: int
    cause_from: date | None
    cause_to: date | None
    name_ja: str
    name_en: str
    class_: str
    legal_basis: str
    claim_group: str
    old_period_years: int
    new_period_years: int
    call_centre: bool
    servicer: bool
    entrusted: bool = True

    @property
    def storable(self) -> bool:
        return self.class_ in STORABLE

    @property
    def bounded(self) -> bool:
        return bool(self.cause_from or self.cause_to)

    def covers(self, cause_on: date) -> bool:
        return (self.cause_from or date.min) <= cause_on <= (self.cause_to or date.max)


def shipped() -> tuple[Kind, ...]:
    """The catalogue that comes with the portal. A city's own table may be passed wherever this one is."""
    with SHIPPED.open(encoding="utf-8", newline="") as rows:
        return tuple(_kind(row) for row in csv.DictReader(rows))


def _kind(row: dict[str, str]) -> Kind:
    return Kind(
        code=row["code"],
        version=int(row["version"]),
        cause_from=date.fromisoformat(row["cause_from"]) if row["cause_from"] else None,
        cause_to=date.fromisoformat(row["cause_to"]) if row["cause_to"] else None,
        name_ja=row["name_ja"],
        name_en=row["name_en"],
        class_=row["class"],
        legal_basis=row["legal_basis"],
        claim_group=row["claim_group"],
        old_period_years=int(row["old_period_years"]),
        new_period_years=int(row["new_period_years"]),
        call_centre=row["call_centre"] == "yes",
        servicer=row["servicer"] == "yes",
    )


def by_code(kinds: Iterable[Kind]) -> dict[str, tuple[Kind, ...]]:
    """{code: its versions}."""
    versions: dict[str, tuple[Kind, ...]] = {}
    for kind in kinds:
        versions[kind.code] = (*versions.get(kind.code, ()), kind)
    return versions


def choose(versions: tuple[Kind, ...], cause_on: date | None) -> Kind | None:
    """The version for a cause on this day. None: it turns on a day that is not given, or that no version covers."""
    for kind in versions:
        if not kind.bounded or (cause_on and kind.covers(cause_on)):
            return kind
    return None
