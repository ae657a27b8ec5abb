"""What holds of any file at all: nobody crashes, every record is accounted for, and what is written can be read back."""

import csv
import io
from contextlib import suppress
from datetime import date
from itertools import pairwise
from pathlib import Path

from portal.adapters.ledger_check import LedgerCheck, check
from portal.adapters.ledger_errors import error_file
from portal.adapters.ledger_preview import preview
from portal.adapters.related_file import RelatedFile
from portal.adapters.table_file import TableFile
from portal.adapters.unreadable import UnreadableFile
from portal.rules import kinds
from portal.rules.eligibility import REASONS
from portal.rules.intake import Judged, Totals
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
