"""Tables on their way out: CSV (UTF-8 with BOM, or CP932) and XLSX, in which no cell is ever run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter  # type: ignore[import-untyped]

from portal.adapters.cells import neutralise
from portal.adapters.encodings import MISSING
from portal.i18n import N_

ENCODINGS = {"csv": "utf-8-sig", "cp932": "cp932"}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "cp932": "text/csv; charset=shift_jis",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_XLSX = 1_048_575  # rows of a sheet, below its heading
Cells = Iterable[Sequence[Any]]


class TooLong(Exception):
    """More rows than a sheet has."""

    label = N_("行数がExcelの上限を超えています。CSVで出力してください。")


def write(kind: str, out: BinaryIO, header: Sequence[str], rows: Cells) -> int:
    """`kind`: a key of TYPES. Answers how many rows. What CP932 has no sign for becomes 〓. KeyError, TooLong."""
    return _xlsx(out, header, rows) if kind == "xlsx" else _csv(ENCODINGS[kind], out, header, rows)


def _csv(encoding: str, out: BinaryIO, header: Sequence[str], rows: Cells) -> int:
    """CRLF, as spreadsheets in Japan expect it."""
    text = io.TextIOWrapper(out, encoding, errors=MISSING, newline="")
    lines, count = csv.writer(text, lineterminator="\r\n"), 0
    lines.writerow(header)
    for row in rows:
        lines.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])
        count += 1
    text.detach()
    return count


def _xlsx(out: BinaryIO, header: Sequence[str], rows: Cells) -> int:
    """One sheet; numbers are numbers, days are days, all else is text."""
    count = 0
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for across, title in enumerate(header):
            sheet.write_string(0, across, title)
        for count, row in enumerate(rows, 1):
            if count > MOST_XLSX:
                raise TooLong
            for across, cell in enumerate(row):
                _cell(sheet, count, across, cell)
    return count


def _cell(sheet: Any, down: int, across: int, cell: Any) -> None:
    if isinstance(cell, int):
        sheet.write_number(down, across, cell)
    elif isinstance(cell, date) and not isinstance(cell, datetime):
        sheet.write_datetime(down, across, cell)
    elif cell is not None:
        sheet.write_string(down, across, str(cell))
