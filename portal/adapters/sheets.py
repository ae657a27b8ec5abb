"""Tables on their way out: CSV (UTF-8 with BOM, or CP932) and XLSX, in which no cell is ever run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from portal.adapters.cells import neutralise
from portal.adapters.encodings import MISSING

CSV = {"utf-8": "utf-8-sig", "cp932": "cp932"}
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "cp932": "text/csv; charset=shift_jis",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(form: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """`form`: a key of FORMATS; csv is UTF-8. What CP932 has no sign for becomes 〓. KeyError."""
    FORMATS[form]
    if form == "xlsx":
        return xlsx(head, rows)
    return text(head, rows, encoding="cp932" if form == "cp932" else "utf-8")


def text(head: Sequence[str], rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8") -> bytes:
    """CRLF, as spreadsheets in Japan expect it. `encoding`: utf-8 (with BOM) or cp932."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, CSV[encoding], errors=MISSING, newline="")
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(head)
    lines.writerows([neutralise(_said(cell)) for cell in row] for row in rows)
    out.flush()
    return raw.getvalue()


def xlsx(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet; numbers are numbers, all else is text."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for across, title in enumerate(head):
            sheet.write_string(0, across, title)
        for down, row in enumerate(rows, 1):
            for across, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(down, across, cell)
                else:
                    sheet.write_string(down, across, _said(cell))
    return raw.getvalue()


def _said(cell: Any) -> str:
    return "" if cell is None else str(cell)
