"""Who of many people is meant for which contract (委託先の振り分け): by group, by tier, by age, by share; chance repeats.

The first rule that names a contract for a person decides; whoever may not go there falls to the next rule. Shares are
kept within one person in every stratum (group × tier × contracts that suit), so that partners compare like with like.
Chance comes from the seed and the ledger's own key of a person, never from ids, which a restored or new city changes.
"""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from portal.i18n import N_

DRAWS = {"random": N_("無作為（債権の区分と金額の段階ごと）"), "order": N_("宛名番号順")}
AGES = {"y1": N_("1年未満"), "y3": N_("1年以上3年未満"), "y5": N_("3年以上5年未満"), "over": N_("5年以上")}
AGE_YEARS = {"y1": 1, "y3": 3, "y5": 5}
TIERS = {"low": N_("少額"), "middle": N_("中額"), "high": N_("高額")}
BOUNDS = (50_000, 300_000)  # yen of a person's balance: under the first, up to the second, over it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person. `key`: 業務・宛名番号, the smallest; `group`: of the largest sum; yen; `suits`: contracts it may go to."""

    key: str
    group: str
    balance: int
    oldest_due: date
    suits: frozenset[uuid.UUID]


@dataclass(frozen=True)
class Rules:
    """What the desk decided. `groups`, `tiers`, `ages`: {code: contract}; `shares`: {contract: weight}; yen bounds."""

    shares: Mapping[uuid.UUID, int]
    groups: Mapping[str, uuid.UUID] = field(default_factory=dict)
    tiers: Mapping[str, uuid.UUID] = field(default_factory=dict)
    ages: Mapping[str, uuid.UUID] = field(default_factory=dict)
    bounds: tuple[int, int] = BOUNDS
    draw: str = "random"

    @property
    def contracts(self) -> tuple[uuid.UUID, ...]:
        """Every contract the rules name, once."""
        named = (*self.groups.values(), *self.tiers.values(), *self.ages.values())
        return tuple(dict.fromkeys([*named, *(key for key, weight in self.shares.items() if weight)]))

    def written(self) -> list[dict[str, Any]]:
        """As a plan keeps it."""
        named = [{"by": by, "to": {code: str(to) for code, to in rule.items()}}
                 for by, rule in (("group", self.groups), ("tier", self.tiers), ("age", self.ages)) if rule]  # fmt: skip
        shares = {str(to): weight for to, weight in self.shares.items() if weight}
        return [*named, {"by": "share", "to": shares, "bounds": list(self.bounds), "draw": self.draw}]


def tier(balance: int, bounds: tuple[int, int]) -> str:
    """low: under the first bound; middle: up to and with the second; high: over it."""
    return "low" if balance < bounds[0] else "middle" if balance <= bounds[1] else "high"


def age(oldest_due: date, today: date) -> str:
    """By full years since the oldest due date, as a birthday counts them."""
    years = today.year - oldest_due.year - ((today.month, today.day) < (oldest_due.month, oldest_due.day))
    return next((code for code, limit in AGE_YEARS.items() if years < limit), "over")


def allot(people: Iterable[Candidate], rules: Rules, seed: int, today: date) -> dict[str, uuid.UUID]:
    """{key: contract} of everybody who suits any contract the rules name; the others are left out."""
    given: dict[str, uuid.UUID] = {}
    strata: dict[tuple[Any, ...], list[Candidate]] = defaultdict(list)
    for person in sorted(people, key=lambda p: p.key):
        if (named := _named(person, rules, today)) is not None:
            given[person.key] = named
        elif shared := tuple(to for to, weight in rules.shares.items() if weight and to in person.suits):
            strata[_stratum(person, rules, shared)].append(person)
        elif (last := next((to for to in rules.contracts if to in person.suits), None)) is not None:
            given[person.key] = last
    return given | _shared(strata, rules, seed)


def _named(person: Candidate, rules: Rules, today: date) -> uuid.UUID | None:
    wanted = (rules.groups.get(person.group), rules.tiers.get(tier(person.balance, rules.bounds)),
              rules.ages.get(age(person.oldest_due, today)))  # fmt: skip
    return next((to for to in wanted if to in person.suits), None)


def _stratum(person: Candidate, rules: Rules, shared: tuple[uuid.UUID, ...]) -> tuple[Any, ...]:
    if rules.draw != "random":
        return ("", "", shared)
    return (person.group, tier(person.balance, rules.bounds), shared)


def _shared(strata: Mapping[tuple[Any, ...], list[Candidate]], rules: Rules, seed: int) -> dict[str, uuid.UUID]:
    """Each stratum by its quotas. What the rounding owes one contract in one stratum it gets in a later one."""
    owed: dict[uuid.UUID, Fraction] = defaultdict(Fraction)
    given: dict[str, uuid.UUID] = {}
    shuffled = rules.draw == "random"
    for stratum in sorted(strata, key=lambda s: _chance(seed, repr(s[:2]), *map(_place(rules), s[2]))):
        people = strata[stratum]
        if shuffled:
            people = sorted(people, key=lambda p: _chance(seed, p.key))
        counts = _quotas(len(people), {to: rules.shares[to] for to in stratum[2]}, owed)
        given |= zip((p.key for p in people), _dealt(counts, shuffled), strict=True)
    return given


def _place(rules: Rules) -> Any:
    """Contracts by where they stand in the rules: their ids would make another city's draw another one."""
    order = {to: str(place) for place, to in enumerate(rules.shares)}
    return lambda to: order[to]


def _quotas(count: int, weights: Mapping[uuid.UUID, int], owed: dict[uuid.UUID, Fraction]) -> dict[uuid.UUID, int]:
    """Whole numbers that sum to `count`, each less than one from its share; `owed` carries what rounding left."""
    total = sum(weights.values())
    exact = {to: Fraction(count * weight, total) for to, weight in weights.items()}
    counts = {to: int(share) for to, share in exact.items()}
    for to in exact:
        owed[to] += exact[to] - counts[to]
    broken = [to for to in exact if exact[to] != counts[to]]
    for to in sorted(broken, key=lambda to: -owed[to])[: count - sum(counts.values())]:
        counts[to] += 1
        owed[to] -= 1
    return counts


def _dealt(counts: Mapping[uuid.UUID, int], shuffled: bool) -> list[uuid.UUID]:
    """In blocks where chance has ordered the people; else turn by turn, so that low numbers do not all go to one."""
    if shuffled:
        return [to for to, count in counts.items() for _ in range(count)]
    turns = [(Fraction(2 * turn + 1, 2 * count), place, to)
             for place, (to, count) in enumerate(counts.items()) for turn in range(count)]  # fmt: skip
    return [to for *_, to in sorted(turns, key=lambda t: t[:2])]


def _chance(seed: int, *words: str) -> bytes:
    return hashlib.blake2b("\0".join([str(seed), *words]).encode(), digest_size=16).digest()


@dataclass(frozen=True)
class Portfolio:
    """What one contract would get: yen; `years`: mean age of the oldest claim; `phones`: share of persons with a number."""

    persons: int = 0
    claims: int = 0
    balance: int = 0
    years: float | None = None
    phones: float | None = None
    groups: Mapping[str, int] = field(default_factory=dict)
    tiers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """People of one contract alike in group and tier, summed: `days` since their oldest due dates, `phones`: with a number."""

    group: str
    tier: str
    persons: int
    claims: int
    balance: int
    days: int
    phones: int


def portfolio(cells: Sequence[Cell]) -> Portfolio:
    persons = sum(cell.persons for cell in cells)
    return Portfolio(
        persons=persons,
        claims=sum(cell.claims for cell in cells),
        balance=sum(cell.balance for cell in cells),
        years=sum(cell.days for cell in cells) / persons / 365.25 if persons else None,
        phones=sum(cell.phones for cell in cells) / persons if persons else None,
        groups=_counted((cell.group, cell.persons) for cell in cells),
        tiers=_counted((cell.tier, cell.persons) for cell in cells),
    )


def _counted(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for code, count in pairs:
        counts[code] += count
    return dict(counts)
