"""A table in a file, whatever it is: CSV or XLSX in, records of trimmed cells out."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from portal.adapters import ledger_csv, ledger_xlsx
from portal.adapters.unreadable import UnreadableFile
from portal.i18n import N_

# Physical line (of XLSX the row) on which it starts; trimmed cells; why it cannot be judged, or None.
Row = tuple[int, list[str], str | None]
_ZIP = b"PK\x03\x04"
_JOINTS = 4
_PICTURE = N_("画像ファイルです。CSVまたはXLSXのファイルを選んでください。")
_FOREIGN = (
    (re.compile(rb"%PDF"), N_("PDFファイルです。CSVまたはXLSXのファイルを選んでください。")),
    (
        re.compile(rb"\xd0\xcf\x11\xe0"),
        N_("古い形式（.xls）かパスワード付きのExcelブックです。パスワードなしのXLSXかCSVで保存し直してください。"),
    ),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*|BM.{4}\0{4}", re.DOTALL), _PICTURE),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|table|\?xml)", re.IGNORECASE),
        N_("Webページ（HTML・XML）の形式のファイルです。CSVかXLSXで保存し直してください。"),
    ),
    (
        re.compile(rb"PK(?:\x05\x06|\x07\x08)|\x1f\x8b|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd|.{2}-lh", re.DOTALL),
        N_("圧縮されたファイルです。中のファイルを取り出して送信してください。"),
    ),
)


class Opens(Protocol):
    """A path, or anything else that opens the same bytes afresh, seekable, each time it is asked."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO: ...


class TableFile:
    """An opened table: `encoding` (utf-8, cp932, utf-16-le, utf-16-be, xlsx), `header`, `rows()` as often as wanted.

    `header`: the first line that is not empty, its cells trimmed, after NFKC.
    """

    def __init__(self, path: str | Opens, encoding: str | None = None) -> None:
        """`encoding`: the desk's choice; without it BOM, then trial decide. UnreadableFile: cannot be read at all."""
        self._source: Opens = Path(path) if isinstance(path, str) else path
        kind = ledger_xlsx.Xlsx if self._start().startswith(_ZIP) else ledger_csv.Csv
        self._inside: Any = kind(self._source, encoding)
        self.encoding: str = self._inside.encoding
        self.header: list[str] = [unicodedata.normalize("NFKC", cell).strip() for cell in self._inside.header]
        if len(self.header) == 1 and max(map(self.header[0].count, "\t;|")) > _JOINTS:
            raise UnreadableFile(
                N_("項目がタブやセミコロンで区切られています。カンマ区切りのCSVかXLSXで保存し直してください。")
            )

    def _start(self) -> bytes:
        try:
            with self._source.open("rb") as stream:
                start = stream.read(64)
        except OSError as error:
            raise UnreadableFile(N_("ファイルを開けません。")) from error
        for mark, sentence in _FOREIGN:
            if mark.match(start):
                raise UnreadableFile(sentence)
        return start

    def widen(self, widths: dict[int, int]) -> None:
        """{place: digits}: what a spreadsheet holds there as a number gets its leading zeros back."""
        self._inside.widths = widths

    def rows(self) -> Iterator[Row]:
        """Every record in the file's order; wholly empty lines and rows are none."""
        return filter(None, map(self._inside.read, self._inside.records()))

    def read(self, record: Any) -> Row:
        """A record that was keyed."""
        row = self._inside.read(record)
        assert row, "an empty line is never keyed"
        return row
