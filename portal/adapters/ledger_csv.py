"""A ledger as CSV."""

import csv
import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from portal.adapters import encodings
from portal.adapters.cells import restore
from portal.adapters.csv_records import MAX_RECORD, records
from portal.adapters.unreadable import UnreadableFile
from portal.i18n import N_

# Line, bytes, whether whole: see csv_records.
Record = tuple[int, bytes, bool]
csv.field_size_limit(MAX_RECORD)
_PLAIN = re.compile(rb"\x1f*[0-9A-Za-z][0-9A-Za-z\x1f.-]*")


class Csv:
    """`header`: trimmed cells of the first line that is not empty. `widths`: nothing here, every cell is text."""

    widths: dict[int, int]

    def __init__(self, source: Any, encoding: str | None) -> None:
        self._source = source
        with source.open("rb") as stream:
            marked = encodings.by_mark(stream)
        self.encoding = encoding or marked or encodings.by_trying(self._bytes)
        self._codec = "cp932" if self.encoding == "cp932" else "utf-8"
        self._width: int | None = None
        heading = next(filter(None, map(self.read, self._lines(self.encoding))), None)
        if heading is None:
            raise UnreadableFile(N_("ファイルが空です。"))
        self._heading_line, self.header, problem = heading
        if problem:
            raise UnreadableFile(N_("見出しの行を読み取れません。文字コードと引用符を確かめてください。"))
        self._width = len(self.header)

    def records(self) -> Iterator[Record]:
        """What follows the heading, unread; empty lines too."""
        return (record for record in self._lines(self.encoding) if record[0] > self._heading_line)

    def read(self, record: Record) -> tuple[int, list[str], str | None] | None:
        """(line, trimmed cells, why it cannot be judged); None where it is wholly empty and no record."""
        line, raw, whole = record
        text = encodings.decode(raw, self._codec)
        if text is None:
            return line, _split(encodings.legible(raw, self._codec)), "bad_encoding"
        cells = _split(text)
        if not any(cells):
            return None
        fits = whole and (self._width is None or len(cells) == self._width)
        return line, cells, None if fits else "column_count"

    def keyed(self, at: Sequence[int]) -> Iterator[tuple[str, Record]]:
        """The cells at these places of every record, trimmed, joined by U+001F, and the record, unread.

        Codes of plain ASCII are taken from the bytes without reading the record: a third of the time.
        """
        last, pick = max(at) + 1, itemgetter(*at)
        for record in self.records():
            parts = record[1].split(b",", last)
            if len(parts) > last and b'"' not in record[1][: -len(parts[last]) or None]:
                key = b"\x1f".join(pick(parts))
                if _PLAIN.fullmatch(key):
                    yield key.decode("ascii"), record
                    continue
            if row := self.read(record):
                yield "\x1f".join(pick(row[1])) if len(row[1]) >= last else "", record

    def _bytes(self) -> Iterator[bytes]:
        return (raw for _, raw, _ in self._lines("utf-8"))

    def _lines(self, encoding: str) -> Iterator[Record]:
        with self._source.open("rb") as stream:
            encodings.by_mark(stream)
            yield from records(encodings.chunks(stream, encoding))


def _split(text: str) -> list[str]:
    if '"' in text:
        # To csv a carriage return ends a line, and no cell may be longer than its limit.
        cells = next(csv.reader((text[:MAX_RECORD].replace("\r\n", "\n").replace("\r", " "),)))
    else:
        cells = text.split(",")
    trimmed = map(str.strip, cells)
    return list(map(restore, trimmed) if "'" in text else trimmed)
