"""The error file: the rejected records as they came, with what is wrong, ready to be corrected and sent again."""

import csv
import io
from typing import BinaryIO

from portal.adapters.cells import neutralise
from portal.adapters.encodings import MISSING
from portal.adapters.ledger_check import LedgerCheck
from portal.rules.eligibility import REASONS, in_order
from portal.rules.individual_number import mask
from portal.rules.ledger_layout import NUMBERS

ERROR = "エラー"


def error_file(check: LedgerCheck, out: BinaryIO, *, encoding: str = "utf-8-sig") -> int:
    """Write the rejected records of the file to `out` as CSV (CRLF; `encoding` utf-8-sig or cp932); how many they were.

    エラー is the first column, so that a record with too few or too many cells keeps every cell in its place; an エラー
    column of an earlier round gives way. Numbers of twelve digits are struck out, formulas neutralised.
    """
    header = check.file.layout.header
    earlier = header.index(ERROR) if ERROR in header else None
    numbers = {check.file.layout.at.get(name) for name in NUMBERS}
    text = io.TextIOWrapper(out, encoding, errors=MISSING, newline="")
    rows, count = csv.writer(text, lineterminator="\r\n"), 0
    rows.writerow([ERROR, *(neutralise(mask(name)) for at, name in enumerate(header) if at != earlier)])
    for _, cells, reasons in check.rejected():
        misplaced = REASONS.keys() & set(reasons) & {"bad_encoding", "column_count"}
        shown = [
            neutralise(cell if at in numbers and not misplaced else mask(cell))
            for at, cell in enumerate(cells)
            if at != earlier
        ]
        rows.writerow([_said(reasons), *shown])
        count += 1
    text.detach()
    return count


def _said(reasons: tuple[str, ...]) -> str:
    return "／".join(f"{reason.label}（{reason.code}）" for reason in in_order(set(reasons)))
