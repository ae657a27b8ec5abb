"""One record of the ledger: well formed? may its class be stored at all? may it be entrusted?

Where the file format is silent: a 6-digit 自治体コード with a wrong check digit is not this city's; a kind whose
versions are bounded by 原因発生日 is undecidable without that day, and unknown where no version covers it; an arrival
estimated from the day of dispatch counts even where it lies after the as-of date.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from portal import money, wareki
from portal.rules import individual_number, limitation
from portal.rules.eligibility import FLAGS
from portal.rules.kinds import Kind, by_code, choose
from portal.rules.ledger_layout import Layout, plain
from portal.rules.limitation import Event

_GAIJI = re.compile("[\ue000-\uf8ff]")
# Days, amounts and marks repeat all through a ledger: reading each spelling once halves the time.
_REMEMBERED = 65536
_NO_AMOUNT = -1


@dataclass(frozen=True, slots=True)
class Settings:
    """The city's dated settings that a verdict turns on: from dispatch to arrival of a 督促, in calendar days."""

    demand_arrival_days: int = 4


class Dates(NamedTuple):
    """The days of a claim in the order of ledger_layout.DATES; only the due date must be there."""

    due_on: date
    sent_on: date | None
    arrived_on: date | None
    cause_on: date | None
    acknowledged_on: date | None
    judged_on: date | None


class Facts(NamedTuple):
    """What a storable record says, read. Amounts in yen; `born_on` is None where empty, unreadable or in the future."""

    kind: Kind
    assessed: int
    paid: int
    late_charge: int
    demand_fee: int
    dates: Dates
    flags: frozenset[str]
    events: tuple[Event, ...]
    last_day: date
    born_on: date | None


class Finding(NamedTuple):
    """The verdict of a record, codes sorted. Of a rejected or refused one no facts remain, of a refused one the kind."""

    verdict: str
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    kind_code: str | None = None
    facts: Facts | None = None


class Judge:
    """Judges the records of one file. `kinds`: the shipped catalogue or the city's table; `city_code`: 5 digits or 6."""

    def __init__(
        self, layout: Layout, *, as_of: date, city_code: str, kinds: Iterable[Kind], settings: Settings
    ) -> None:
        self.layout, self.as_of, self.settings = layout, as_of, settings
        self.kinds = by_code(kinds)
        self.city_codes = {city_code[:5], city_code[:5] + check_digit(city_code[:5])}

    def __call__(self, cells: Sequence[str], *, conflicting: bool = False) -> Finding:
        """`cells`: trimmed, as many as the heading's. `conflicting`: the record's key occurs with different content."""
        days = [_day(cell) for cell in self.layout.dates(cells)]
        amounts = [_yen(cell) for cell in self.layout.amounts(cells)]
        flags = _flags(self.layout.flags(cells))
        code = plain(cells[self.layout.at["債権種別コード"]])
        versions = self.kinds.get(code)
        cause_on = days[3] or None
        kind = choose(versions, cause_on) if versions else None
        wrong = self._missing(cells)
        if conflicting:
            wrong.append("duplicate_key")
        if versions is None or (kind is None and cause_on):
            wrong.append("unknown_kind")
        if self._impossible(days):
            wrong.append("bad_date")
        wrong += _wrong_amounts(amounts)
        if flags is None:
            wrong.append("bad_flag")
        # A day, a mark or a code that could be read holds no number of twelve digits.
        if individual_number.held_in(self.layout.searched(cells) if wrong else self.layout.unread(cells)):
            wrong.append("individual_number")
        if wrong or flags is None:
            return Finding("rejected", tuple(sorted(wrong)))
        if kind is None:
            return Finding("refused", ("class_undecidable",), kind_code=code)
        if not kind.storable:
            return Finding("refused", ("self_enforceable",), kind_code=code)
        return self._entrust(cells, kind, amounts, Dates(*cast(list[date], days)), flags)

    def _missing(self, cells: Sequence[str]) -> list[str]:
        at = self.layout.at
        wrong = []
        if plain(cells[at["自治体コード"]]) not in self.city_codes:
            wrong.append("wrong_municipality")
        if not cells[at["宛名番号"]]:
            wrong.append("missing_debtor_no")
        if not cells[at["氏名"]]:
            wrong.append("missing_name")
        return wrong

    def _impossible(self, days: list[date | Literal[False] | None]) -> bool:
        """督促, acknowledgement and judgment lie behind us; due date and cause may lie ahead."""
        due_on, sent_on, arrived_on, _, acknowledged_on, judged_on = days
        if not due_on or False in days:
            return True
        known = [day for day in (sent_on, arrived_on, acknowledged_on, judged_on) if day]
        return bool(known) and max(known) > self.as_of

    def _entrust(
        self, cells: Sequence[str], kind: Kind, amounts: list[int | None], dates: Dates, flags: frozenset[str]
    ) -> Finding:
        years = limitation.period(kind, dates.due_on, dates.cause_on)
        events, last_day = _limit(dates, years, self.settings.demand_arrival_days)
        born_on = _day(cells[self.layout.at["生年月日"]])
        unborn = born_on is False or bool(born_on and born_on > self.as_of)
        assessed, paid, late_charge, demand_fee = (yen or 0 for yen in amounts)
        known_birth = None if unborn else born_on or None
        facts = Facts(kind, assessed, paid, late_charge, demand_fee, dates, flags, events, last_day, known_birth)
        passed = last_day < self.as_of
        if reasons := self._reasons(facts, passed):
            return Finding("excluded", tuple(sorted(reasons)), (), kind.code, facts)
        warnings = ["bad_birth_date"] if unborn else []
        if _GAIJI.search("".join(self.layout.named(cells))):
            warnings.append("gaiji")
        if passed:
            warnings.append("limitation_passed")
        return Finding("accepted", (), tuple(warnings), kind.code, facts)

    def _reasons(self, facts: Facts, passed: bool) -> set[str]:
        """自治法236条2項: a public-law claim is gone with its period; a private one lives until invoked (民法145条)."""
        reasons = set(facts.flags)
        if facts.assessed == facts.paid:
            reasons.add("paid")
        if facts.dates.due_on >= self.as_of:
            reasons.add("not_due")
        elif not (facts.dates.sent_on or facts.dates.arrived_on):
            reasons.add("not_demanded")
        if passed and facts.kind.class_ != "private":
            reasons.add("time_barred")
        if not facts.kind.entrusted:
            reasons.add("kind_not_entrusted")
        return reasons


def check_digit(code: str) -> str:
    """The sixth digit of a municipality's code (全国地方公共団体コード): weights 6 to 2, eleven less the rest."""
    total = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


@lru_cache(maxsize=_REMEMBERED)
def _day(cell: str) -> date | Literal[False] | None:
    """None: empty. False: unreadable."""
    try:
        return wareki.parse(cell) if cell else None
    except ValueError:
        return False


@lru_cache(maxsize=_REMEMBERED)
def _yen(cell: str) -> int | None:
    """None: empty. NO_AMOUNT: unreadable."""
    try:
        return money.parse(cell) if cell else None
    except ValueError:
        return _NO_AMOUNT


def _wrong_amounts(amounts: list[int | None]) -> list[str]:
    """調定額 and 収納額 must be there, 延滞金 and 督促手数料 may be empty."""
    assessed, paid = amounts[:2]
    wrong = ["bad_amount"] if assessed is None or paid is None or _NO_AMOUNT in amounts else []
    if assessed is not None and paid is not None and paid > assessed > _NO_AMOUNT:
        wrong.append("overpaid")
    return wrong


@lru_cache(maxsize=_REMEMBERED)
def _flags(cells: tuple[str, ...]) -> frozenset[str] | None:
    """The reasons that are marked; None where a mark is neither 1 nor 0 nor empty."""
    marks = dict(zip(FLAGS.values(), map(plain, cells), strict=True))
    if not {"", "0", "1"}.issuperset(marks.values()):
        return None
    return frozenset(reason for reason, mark in marks.items() if mark == "1")


@lru_cache(maxsize=_REMEMBERED)
def _limit(dates: Dates, years: int, demand_arrival_days: int) -> tuple[tuple[Event, ...], date]:
    """What moved the limitation, and the last day. Only the first 督促 renews (自治法236条4項); the ledger has no other."""
    arrived_on = dates.arrived_on or (dates.sent_on and dates.sent_on + timedelta(days=demand_arrival_days))
    happened = (
        ("demand", arrived_on),
        ("acknowledgement", dates.acknowledged_on),
        ("judgment", dates.judged_on),
    )
    events = tuple(Event(kind, on) for kind, on in happened if on)
    return events, limitation.last_day(dates.due_on, years, events)
