"""The storable records of a ledger as the text of COPY, ready for the stage: what the load streams and need not judge again.

Of a protected person (支援措置) only the keys are written. The person of a record is a number within the file, since
PostgreSQL joins numbers faster than names; whether the ledger knows them already only the load can say.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import count
from operator import itemgetter

from portal.db import uuid7
from portal.rules.kinds import Kind
from portal.rules.ledger import Dates, Facts, Finding
from portal.rules.ledger_layout import Layout, plain, signs
from portal.rules.placeability import OF_PERSON

PROTECTED = "protected_address"


def _columns(names: str) -> tuple[str, ...]:
    return tuple(names.split())


RECORDS = _columns(
    "line source number person claim_id kind_code kind_version class cause_from cause_to cause_on fiscal_year instalment"
    " branch assessed paid late_charge demand_fee due_on last_day demanded_on acknowledged_on judged_on verdict reasons"
    " warnings notice_no summary memo name kana birth sex postcode address building phone1 phone2"
)
PEOPLE = ("person", "line", "protected", "flags", "debtor_id", "person_id")
SPOILT = ("line", "source", "number", "kind_code", "fiscal_year", "instalment", "branch", "verdict")
_REMEMBERED = 65536
_NONE = r"\N"
_HIDDEN = "\t".join([_NONE] * 12)
_SPECIAL = re.compile(r"[\\\t\n\r\b\f\v]")
_SIGNS = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\b": r"\b", "\f": r"\f", "\v": r"\v"})
_KEPT = ("通知書番号", "摘要", "備考", "氏名", "カナ氏名", "性別", "郵便番号", "住所", "方書", "電話番号1", "電話番号2")


class LedgerCopy:
    """Rows of one file, one after another; `people` when all are through."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._kept = itemgetter(*(layout.at[name] for name in _KEPT if name in layout.at))
        self._numbered = "通知書番号" in layout.at
        self._numbers: dict[int, int] = {}  # hash of (source, number): number within the file, as in ledger_check
        self._lines: list[int] = []
        self._marks: list[frozenset[str]] = []
        self._ids = _ids()
        self._kinds: dict[tuple[str, int], str] = {}
        self._days: dict[tuple[Dates, date], str] = {}

    def record(self, line: int, finding: Finding, cells: Sequence[str]) -> str:
        """A storable record in the order of RECORDS. `cells`: trimmed, in our words."""
        facts = finding.facts
        assert facts
        source, number, _, year, instalment, branch = _keys(self._layout.key(cells))
        person = self._person(source, number, line, facts.flags)
        kind, dates = facts.kind, facts.dates
        if (version := (kind.code, kind.version)) not in self._kinds:
            self._kinds[version] = _kind(kind)
        if (days := (dates, facts.last_day)) not in self._days:
            self._remember(days, facts)
        texts = _HIDDEN if PROTECTED in facts.flags else self._texts(cells, facts)
        return (
            f"{line}\t{source}\t{number}\t{person}\t{next(self._ids):032x}\t{self._kinds[version]}\t{_day(dates.cause_on)}"
            f"\t{year}\t{instalment}\t{branch}\t{facts.assessed}\t{facts.paid}\t{facts.late_charge}\t{facts.demand_fee}"
            f"\t{self._days[days]}\t{finding.verdict}\t{codes(finding.reasons)}"
            f"\t{codes(finding.warnings)}\t{texts}\n"
        )

    def spoilt(self, line: int, verdict: str, cells: Sequence[str]) -> str | None:
        """The key of a record that cannot be stored, in the order of SPOILT; None where it has none."""
        key = _keys(self._layout.key(cells))
        return "\t".join([str(line), *key, verdict]) + "\n" if key[1] else None

    def people(self) -> Iterator[str]:
        """In the order of PEOPLE."""
        for person, (line, marks) in enumerate(zip(self._lines, self._marks, strict=True)):
            hidden = "t" if PROTECTED in marks else "f"
            flags = codes(tuple(sorted(marks & OF_PERSON)))
            yield f"{person}\t{line}\t{hidden}\t{flags}\t{next(self._ids):032x}\t{next(self._ids):032x}\n"

    def _person(self, source: str, number: str, line: int, marks: frozenset[str]) -> int:
        person = self._numbers.setdefault(hash((source, number)), len(self._lines))
        if person == len(self._lines):
            self._lines.append(line)
            self._marks.append(marks)
        else:
            self._lines[person] = line
            if marks - self._marks[person]:
                self._marks[person] |= marks
        return person

    def _remember(self, days: tuple[Dates, date], facts: Facts) -> None:
        """The same days come again and again; that they do not in every file bounds what is kept."""
        if len(self._days) >= _REMEMBERED:
            self._days.clear()
        moved = {event.kind: event.on for event in facts.events}
        happened = (moved.get(kind) for kind in ("demand", "acknowledgement", "judgment"))
        self._days[days] = "\t".join(map(_day, (facts.dates.due_on, facts.last_day, *happened)))

    def _texts(self, cells: Sequence[str], facts: Facts) -> str:
        kept = self._kept(cells) if self._numbered else ("", *self._kept(cells))
        notice, summary, memo, name, kana, sex, postcode, address, building, phone1, phone2 = kept
        if not kana.isascii():
            kana = unicodedata.normalize("NFKC", kana)
        row = [plain(notice), summary, memo, name, kana, plain(sex), _signs(postcode).replace("-", ""), address, building,
               _signs(phone1), _signs(phone2)]  # fmt: skip
        if _SPECIAL.search("".join(row)):  # of what NFKC made of it: a wide backslash becomes a plain one
            row = [cell.translate(_SIGNS) for cell in row]
        row.insert(5, _day(facts.born_on))
        return "\t".join([cell or _NONE for cell in row])


def _ids() -> Iterator[int]:
    """Version 7 ids of one moment, counting up from a random start (RFC 9562 §6.2): they stand together in an index."""
    first = uuid7().int
    fixed = first >> 62 << 62
    start = first & ((1 << 61) - 1)
    return (fixed | n for n in count(start))


def _keys(key: Sequence[str]) -> Sequence[str]:
    together = "".join(key)
    if not together.isascii():
        key = [plain(cell) for cell in key]
        together = "".join(key)
    return [cell.translate(_SIGNS) for cell in key] if _SPECIAL.search(together) else key


def _signs(cell: str) -> str:
    return cell if cell.isascii() else signs(cell)


@lru_cache(maxsize=4096)
def codes(found: tuple[str, ...]) -> str:
    """Reason codes as an array of PostgreSQL."""
    return "{" + ",".join(found) + "}"


@lru_cache(maxsize=_REMEMBERED)
def _day(day: date | None) -> str:
    return day.isoformat() if day else _NONE


def _kind(kind: Kind) -> str:
    first, last = kind.cause_from or date.min, kind.cause_to or date.max
    return f"{kind.code}\t{kind.version}\t{kind.class_}\t{first}\t{last}"
