"""The check of a ledger file: every record gets its verdict. Nothing is written, nothing stored is looked at."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from portal.adapters.ledger_file import LedgerFile
from portal.adapters.table_file import Opens
from portal.rules.intake import Judged
from portal.rules.kinds import Kind
from portal.rules.ledger import Finding, Judge, Settings
from portal.rules.ledger_mapping import Mapping

# A city has some dozens of kinds; a column of more is another column.
MANY = 100


def check(
    path: str | Opens,
    *,
    as_of: date,
    city_code: str,
    kinds: Iterable[Kind],
    settings: Settings | None = None,
    encoding: str | None = None,
    mapping: Mapping | None = None,
) -> "LedgerCheck":
    """Open the file and find what repeats in it; iterate over the answer for the verdicts.

    `kinds`: the shipped catalogue or the city's own table; `encoding`: the desk's choice, else found; `mapping`: what
    its source calls our columns and kinds.
    UnreadableFile: the file cannot be read at all; Unfitting: its heading needs a mapping, or another one.
    """
    file = LedgerFile(path, encoding, mapping)
    judge = Judge(file.layout, as_of=as_of, city_code=city_code, kinds=kinds, settings=settings or Settings())
    return LedgerCheck(file, judge)


class LedgerCheck:
    """Iterate for `Judged`, as often as wanted. `total`: records in the file; `file`: its encoding and layout.

    `codes`: after an iteration, how often the file says each kind code, in its own words; the first hundred of them.
    """

    def __init__(self, file: LedgerFile, judge: Judge) -> None:
        self.file, self._judge = file, judge
        self.total, self._conflicting, self._repeated = _repeats(file)
        self.codes: dict[str, int] = {}

    def __iter__(self) -> Iterator[Judged]:
        return self.judged()

    def judged(
        self,
        rejected: Callable[[list[str], tuple[str, ...]], None] | None = None,
        staging: Callable[[int, Finding, list[str], bool], None] | None = None,
    ) -> Iterator[Judged]:
        """`rejected` is told the cells of every rejected record, as they came and trimmed, and the reasons; `staging`
        line, finding, the cells in our words (none where they cannot be told apart) and whether it repeats, of each."""
        for line, finding, cells, ours, again in self._findings():
            verdict, reasons, warnings, kind_code, facts = finding
            if rejected and verdict == "rejected":
                rejected(cells, reasons)
            if staging:
                staging(line, finding, ours, again)
            balance = facts.assessed - facts.paid if facts else None
            yield Judged(line, verdict, reasons, warnings, kind_code, balance, again)

    def _findings(self) -> Iterator[tuple[int, Finding, list[str], list[str], bool]]:
        conflicting, repeated, met = self._conflicting, self._repeated, set[int]()
        said, codes, kind = self.file.said, dict[str, int](), self.file.layout.at["債権種別コード"]
        self.codes = codes
        for line, cells, problem in self.file.rows():
            if problem:
                yield line, Finding("rejected", (problem,)), cells, [], False
                continue
            code, ours = cells[kind], said(cells)
            if code in codes or len(codes) < MANY:
                codes[code] = codes.get(code, 0) + 1
            key = hash(self.file.layout.key_of(ours)) if conflicting or repeated else 0
            yield line, self._judge(ours, conflicting=key in conflicting), cells, ours, key in met
            if key in repeated:
                met.add(key)


def _repeats(file: LedgerFile) -> tuple[int, set[int], set[int]]:
    """(records, keys that occur with different content, keys that repeat with equal content), the keys as hashes.

    Eight bytes a record instead of the keys themselves. Python's string hash is keyed anew in every process: nobody can
    make two keys meet, and by chance it happens once in 70 million files of 700,000 records.
    """
    keys = array("q", (hash(key) for key, _ in file.keyed()))
    often = {key for key, following in pairwise(sorted(keys)) if key == following}
    first: dict[int, int] = {}
    conflicting, repeated = set[int](), set[int]()
    for key, record in _occurring(file, often) if often else ():
        _, cells, problem = file.read(record)
        if not problem and cells[file.layout.at["宛名番号"]]:
            content = hash("\x1f".join(cells))
            if key in first:
                (repeated if first[key] == content else conflicting).add(key)
            first.setdefault(key, content)
    return len(keys), conflicting, repeated - conflicting


def _occurring(file: LedgerFile, keys: set[int]) -> Iterator[tuple[int, Any]]:
    return ((hash(key), record) for key, record in file.keyed() if hash(key) in keys)
