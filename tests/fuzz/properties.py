"""What holds of any file at all: nobody crashes, every record is accounted for, and what is written can be read back."""

import csv
import io
from contextlib import suppress
from datetime import date
from itertools import pairwise
from pathlib import Path

from portal.adapters.ledger_check import LedgerCheck, check
from portal.adapters.ledger_copy import PEOPLE, RECORDS, SPOILT, LedgerCopy
from portal.adapters.ledger_errors import error_file
from portal.adapters.ledger_preview import preview
from portal.adapters.related_file import RelatedFile
from portal.adapters.table_file import TableFile
from portal.adapters.unreadable import UnreadableFile
from portal.rules import kinds
from portal.rules.eligibility import REASONS
from portal.rules.intake import Judged, Totals
from portal.rules.ledger import Finding
from portal.rules.ledger_mapping import Mapping
from tests.fuzz.ledgers import Luck, csv_file, mapping, xlsx_file

SHIPPED = kinds.shipped()
# What the error file takes away by showing the record: bytes that were no letters, numbers struck out, quotes left open.
CHANGED = {"bad_encoding", "individual_number", "column_count"}


def holds(seed: int, folder: Path) -> str:
    """Makes the file of this seed and asks everything of it; what became of it. AssertionError names what does not hold."""
    luck = Luck(seed)
    path = folder / "ledger"
    path.write_bytes(xlsx_file(luck) if luck.some(0.1) else csv_file(luck))
    said = mapping(luck)
    try:
        found = opened(path, said)
        judged = list(found)
    except UnreadableFile as refused:
        sentence = str(refused)
        assert sentence and "\n" not in sentence and "%(" not in sentence
        looked_at(path)
        return "unreadable"
    accounted(found, judged)
    reported(judged)
    copied(found, judged)
    sent_again(found, judged, folder / "errors.csv", said)
    looked_at(path)
    return found.file.encoding


def opened(path: Path, said: Mapping | None) -> LedgerCheck:
    return check(path, as_of=date(2026, 11, 23), city_code="23999", kinds=SHIPPED, mapping=said)


def accounted(found: LedgerCheck, judged: list[Judged]) -> None:
    totals = Totals()
    for one in judged:
        totals.add(one)
        kept = one.verdict in ("accepted", "excluded")
        assert (one.balance is not None) == kept
        assert {REASONS[code].verdict for code in one.reasons} <= {one.verdict}
        assert (one.verdict == "accepted") == (not one.reasons)
        assert list(one.reasons) == sorted(one.reasons) and list(one.warnings) == sorted(one.warnings)
    assert found.total == len(judged) == totals.all.count == sum(t.count for t in totals.verdicts.values())
    assert all(a.line < b.line for a, b in pairwise(judged))
    assert list(found) == judged, "asked twice it says the same"


def reported(judged: list[Judged]) -> None:
    out = io.StringIO(newline="")
    rows = [[str(j.line), j.verdict, "|".join(j.reasons), "|".join(j.warnings)] for j in judged]
    csv.writer(out, lineterminator="\n").writerows(rows)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == rows


def copied(found: LedgerCheck, judged: list[Judged]) -> None:
    """What the load will stream: a line each, whose cells are as many as the stage's columns, whatever stands in them."""
    copy, lines = LedgerCopy(found.file.layout), []

    def take(line: int, finding: Finding, cells: list[str], again: bool) -> None:
        if finding.facts and not again:
            lines.append((copy.record(line, finding, cells), RECORDS))
        elif cells and (key := copy.spoilt(line, finding.verdict, cells)):
            lines.append((key, SPOILT))

    list(found.judged(None, take))
    lines += [(person, PEOPLE) for person in copy.people()]
    for text, columns in lines:
        assert text.encode().count(b"\t") == len(columns) - 1, text
        assert text.endswith("\n") and not set(text[:-1]) & set("\n\r\0"), text
    kept = sum(one.verdict in ("accepted", "excluded") and not one.again for one in judged)
    assert sum(columns is RECORDS for _, columns in lines) == kept


def sent_again(found: LedgerCheck, judged: list[Judged], path: Path, said: Mapping | None) -> None:
    """The error file, as it came, is judged as its records were: record for record, but for what it cannot show."""
    out = io.BytesIO()
    list(found.judged(error_file(out, found.file.header, found.file.numbers)))
    path.write_bytes("\ufeff".encode() + out.getvalue())
    rejected = [one for one in judged if one.verdict == "rejected"]
    reread = opened(path, said)
    again = list(reread)
    assert len(again) == len(rejected)
    struck_out = any("*" * 12 in cell for _, cells, _ in reread.file.rows() for cell in cells)
    if not struck_out and not any(CHANGED & set(one.reasons) for one in rejected):
        assert [(one.verdict, one.reasons) for one in again] == [("rejected", one.reasons) for one in rejected]


def looked_at(path: Path) -> None:
    """The same bytes as something else: a preview, a file of related people."""
    for look in (lambda: preview(TableFile(path)), lambda: list(RelatedFile(path))):
        with suppress(UnreadableFile):
            look()
