"""A ledger as CSV."""

import csv
from collections.abc import Iterator
from typing import Any

from portal.adapters import encodings
from portal.adapters.cells import restore
from portal.adapters.csv_records import MAX_RECORD, records
from portal.adapters.unreadable import UnreadableFile
from portal.i18n import N_


class Csv:
    """`header`: trimmed cells of the first line that is not empty."""

    def __init__(self, source: Any, encoding: str | None) -> None:
        self._source = source
        with source.open("rb") as stream:
            marked = encodings.by_mark(stream)
            self.encoding = encoding or marked or encodings.by_trying(raw for _, raw, _ in self._records("utf-8"))
        self._codec = "cp932" if self.encoding == "cp932" else "utf-8"
        heading = next(self._cells(width=None), None)
        if heading is None:
            raise UnreadableFile(N_("ファイルが空です。"))
        _line, self.header, problem = heading
        if problem:
            raise UnreadableFile(N_("見出しの行を読み取れません。文字コードと引用符を確かめてください。"))

    def rows(self) -> Iterator[tuple[int, list[str], str | None]]:
        found = self._cells(width=len(self.header))
        next(found)
        return found

    def _records(self, encoding: str) -> Iterator[tuple[int, bytes, bool]]:
        with self._source.open("rb") as stream:
            encodings.by_mark(stream)
            yield from records(encodings.chunks(stream, encoding))

    def _cells(self, width: int | None) -> Iterator[tuple[int, list[str], str | None]]:
        codec = self._codec
        for line, raw, whole in self._records(self.encoding):
            text = encodings.decode(raw, codec)
            if text is None:
                yield line, _split(raw.decode(codec, "replace")), "bad_encoding"
                continue
            cells = _split(text)
            if any(cells):
                fits = whole and (width is None or len(cells) == width)
                yield line, cells, None if fits else "column_count"


def _split(text: str) -> list[str]:
    if '"' in text:
        # csv takes a carriage return for the end of a line, and no cell longer than MAX_RECORD.
        cells = next(csv.reader((text[:MAX_RECORD].replace("\r\n", "\n").replace("\r", " "),)))
    else:
        cells = text.split(",")
    if "'" in text:
        return [restore(cell.strip()) for cell in cells]
    return [cell.strip() for cell in cells]
