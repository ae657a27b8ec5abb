"""A ledger file, whatever it is: CSV or XLSX in, records of trimmed cells out."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from portal.adapters import ledger_csv, ledger_xlsx
from portal.adapters.unreadable import UnreadableFile
from portal.i18n import N_
from portal.rules.ledger_layout import KEY, Layout, doubled, joined, missing

# Physical line (of XLSX the row) on which it starts; trimmed cells; why it cannot be judged, or None.
Row = tuple[int, list[str], str | None]
_FOREIGN = (
    (b"%PDF", N_("PDFファイルです。CSVまたはXLSXのファイルを選んでください。")),
    (
        b"\xd0\xcf\x11\xe0",
        N_("古い形式（.xls）かパスワード付きのExcelブックです。パスワードなしのXLSXかCSVで保存し直してください。"),
    ),
)


class Opens(Protocol):
    """A path, or anything else that opens the same bytes afresh, seekable, each time it is asked."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO: ...


class LedgerFile:
    """An opened ledger: `encoding` (utf-8, cp932, utf-16-le, utf-16-be, xlsx), `layout`, `rows()` as often as wanted."""

    def __init__(self, path: str | Opens, encoding: str | None = None) -> None:
        """`encoding`: the desk's choice; without it BOM, then trial decide. UnreadableFile: cannot be read at all."""
        self._source: Opens = Path(path) if isinstance(path, str) else path
        try:
            with self._source.open("rb") as stream:
                start = stream.read(4)
        except OSError as error:
            raise UnreadableFile(N_("ファイルを開けません。")) from error
        for mark, sentence in _FOREIGN:
            if start.startswith(mark):
                raise UnreadableFile(sentence)
        kind = ledger_xlsx.Xlsx if start.startswith(b"PK\x03\x04") else ledger_csv.Csv
        self._inside: Any = kind(self._source, encoding)
        self.encoding = self._inside.encoding
        self.layout = Layout(_checked(self._inside.header))

    def rows(self) -> Iterator[Row]:
        """Every record in the file's order; wholly empty lines and rows are none."""
        return filter(None, map(self._inside.read, self._inside.records()))

    def keyed(self) -> Iterator[tuple[str, Any]]:
        """(what identifies the claim: ledger_layout.KEY after NFKC; the record, for `read`) of every record."""
        at = [self.layout.at[name] for name in KEY]
        for key, record in self._inside.keyed(at):
            yield key if key.isascii() else joined(key.split("\x1f")), record

    def read(self, record: Any) -> Row:
        row = self._inside.read(record)
        assert row, "an empty line is never keyed"
        return row


def _checked(heading: list[str]) -> list[str]:
    header = [unicodedata.normalize("NFKC", cell).strip() for cell in heading]
    lacking = missing(header)
    if lacking and len(lacking) == len(missing([])):
        raise UnreadableFile(N_("1行目に滞納債権台帳の見出しがありません。"))
    if lacking:
        raise UnreadableFile(N_("見出しに次の項目がありません：%(columns)s"), columns="、".join(lacking))
    if twice := doubled(header):
        raise UnreadableFile(N_("見出しに同じ項目が2つあります：%(columns)s"), columns="、".join(twice))
    return header
