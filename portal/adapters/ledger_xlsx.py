"""A ledger as XLSX: the first sheet, whose cells are text, numbers or dates."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from portal.adapters import xlsx_guard
from portal.adapters.cells import restore
from portal.adapters.unreadable import UnreadableFile
from portal.i18n import N_

Record = tuple[int, list[str]]


class Xlsx:
    """`header`: trimmed cells of the first row that is not empty, up to its last filled cell.

    `widths`: {place: digits} of codes that came as numbers.
    """

    encoding = "xlsx"

    def __init__(self, source: Any, _encoding: str | None) -> None:
        with source.open("rb") as stream:
            self._errors = xlsx_guard.inspect(stream)
            stream.seek(0)
            try:
                self._sheet = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0)
            except CalamineError as error:
                raise UnreadableFile(N_("Excelブックを読み取れません。壊れていないか確かめてください。")) from error
        self.header: list[str] = []
        self.widths: dict[int, int] = {}
        heading = next(self._cells(), None)
        if heading is None:
            raise UnreadableFile(N_("ファイルが空です。"))
        self.header = heading[1]

    def records(self) -> Iterator[Record]:
        found = self._cells()
        next(found)
        return found

    def read(self, record: Record) -> tuple[int, list[str], str | None]:
        """(row, trimmed cells, why it cannot be judged). Cells missing at the end are empty."""
        line, cells = record
        missing = len(self.header) - len(cells)
        if "\0" in "".join(cells):  # written _x0000_; PostgreSQL has no such text
            return line, cells + [""] * missing, "bad_encoding"
        return line, cells + [""] * missing, "column_count" if missing < 0 else None

    def keyed(self, at: Sequence[int]) -> Iterator[tuple[str, Record]]:
        """The cells at these places of every record, joined by U+001F, and the record."""
        pick = itemgetter(*at)
        for record in self.records():
            yield "\x1f".join(pick(self.read(record)[1])), record

    def _cells(self) -> Iterator[Record]:
        """Every row that is not empty, up to its last filled cell."""
        left = self._sheet.start[1] if self._sheet.start else 0
        for line, values in enumerate(self._sheet.iter_rows(), 1):
            cells = [restore(_text(value, self.widths.get(at, 0)).strip()) for at, value in enumerate(values)]
            for at, shown in self._errors.get(line, ()):
                cells[at - left] = shown
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield line, cells


def _text(value: Any, width: int) -> str:
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case int() | float():
            return str(int(value)).zfill(width) if value == int(value) else repr(value)
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value)
