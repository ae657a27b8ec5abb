"""An XLSX before it is opened for good: is it one, and would it fill the memory?

A few kilobytes can unpack to many gigabytes, and one cell in the last corner of a sheet makes a reader lay out
seventeen thousand million. So the parts are unpacked once, piece by piece, and the first sheet's cells counted.
"""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO
from xml.etree import ElementTree

from portal.adapters.unreadable import UnreadableFile
from portal.i18n import N_

# The reader lays out the whole sheet, 90 bytes a cell: so much stays below 300 MB. A larger ledger comes as CSV.
MAX_CELLS = 2_500_000
MAX_UNPACKED = 384 * 1024 * 1024
# Words that cells share, styles: held whole, forty bytes for a word of one letter.
_MAX_BESIDE = 96 * 1024 * 1024
# Sheets pack to about a fifteenth; what packs to less than a two-hundredth was made to.
MAX_RATIO = 200
_SMALL = 64 * 1024 * 1024
_PIECE = 1024 * 1024
# A workbook has some dozens of parts; their list takes a hundred bytes each.
_MAX_LIST = 256 * 1024
_MAX_NAMES = 4 * 1024 * 1024
_TOO_LARGE = N_("表が大きすぎます。XLSXで取り込めるのは約6万件までです。CSVで保存し直してください。")

# The last record of a ZIP, its comment, and the two records that may stand before it.
_TAIL = 22 + 65535 + 20 + 56

_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])")
_ERROR = re.compile(rb"""[^>]*\bt=["']e["'][^>]*>""")
_SHOWN = re.compile(rb"<(?:\w+:)?v>([^<]{0,100})</")
_MALFORMED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    ValueError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ElementTree.ParseError,
)


def inspect(stream: BinaryIO) -> dict[int, list[tuple[int, str]]]:
    """Error cells (#N/A …) of the first sheet, which the reader shows as empty: {row from 1: [(column from 0, text)]}.

    UnreadableFile: no XLSX, broken, encrypted, or too large once unpacked.
    """
    try:
        _list(stream)
        with zipfile.ZipFile(stream) as book:
            _limit(book.infolist(), MAX_UNPACKED)
            _plain(book)
            first = _first_sheet(book)
            _limit([part for part in book.infolist() if part.filename != first], _MAX_BESIDE)
            for part in book.infolist():
                if part.filename != first:
                    with book.open(part) as packed:
                        _exhaust(packed)
            with book.open(first) as packed:
                return _survey(packed)
    except _MALFORMED as error:
        raise UnreadableFile(N_("XLSXのファイルではないか、壊れています。")) from error


def _limit(parts: list[zipfile.ZipInfo], most: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked > most or unpacked > max(_SMALL, packed * MAX_RATIO):
        raise UnreadableFile(N_("展開すると大きくなりすぎるExcelブックです。CSVで保存し直してください。"))


def _list(stream: BinaryIO) -> None:
    """The list of parts is read whole: a hundred thousand of them would take a hundred megabytes, and long."""
    end = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, end - _TAIL))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        raise zipfile.BadZipFile
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    large = tail.rfind(b"PK\x06\x06", 0, at)
    if large >= 0 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        size = int.from_bytes(tail[large + 40 : large + 48], "little")
    if size > _MAX_LIST:
        raise UnreadableFile(N_("中のファイルが多すぎるExcelブックです。CSVで保存し直してください。"))
    stream.seek(0)


def _plain(book: zipfile.ZipFile) -> None:
    if "xl/vbaProject.bin" in book.namelist():
        raise UnreadableFile(N_("マクロ付きのExcelブック（.xlsm）です。XLSXかCSVで保存し直してください。"))


def _parsed(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """No part of a workbook declares a document type: what it could stand for might be a file here, or endless."""
    with book.open(name) as part:
        raw = part.read(_MAX_NAMES)
    if b"<!" in raw.replace(b"\0", b"").replace(b"<!--", b""):
        raise zipfile.BadZipFile
    return ElementTree.fromstring(raw)


def _first_sheet(book: zipfile.ZipFile) -> str:
    sheet = _parsed(book, "xl/workbook.xml").find("{*}sheets/{*}sheet")
    wanted = next((value for name, value in sheet.items() if name.endswith("}id")), None) if sheet is not None else None
    for relation in _parsed(book, "xl/_rels/workbook.xml.rels"):
        if wanted and relation.get("Id") == wanted:
            target = relation.get("Target", "")
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise KeyError("no sheet")


def _exhaust(packed: IO[bytes]) -> None:
    """Unpacking to the end compares length and checksum: a part cannot be larger than it says."""
    while packed.read(_PIECE):
        pass


def _survey(packed: IO[bytes]) -> dict[int, list[tuple[int, str]]]:
    width = height = 0
    errors: dict[int, list[tuple[int, str]]] = {}
    for piece in _whole_rows(packed):
        places = _PLACE.findall(piece)
        width = max(width, max((_column(letters) + 1 for letters in {letters for letters, _ in places}), default=0))
        height = max(height, max((int(row) for _, row in places), default=0))
        if width * height > MAX_CELLS:
            raise UnreadableFile(_TOO_LARGE)
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            raise zipfile.BadZipFile
        if b't="e"' in piece or b"t='e'" in piece:
            for row, column, shown in _error_cells(piece):
                errors.setdefault(row, []).append((column, shown))
    return errors


def _error_cells(piece: bytes) -> Iterator[tuple[int, int, str]]:
    """Cell by cell, so that no cell without an end makes the search run on to the end of the sheet."""
    for cell in _CELL.split(piece)[1:]:
        attributes = _ERROR.match(cell)
        place, shown = _PLACE.search(attributes[0]) if attributes else None, _SHOWN.search(cell)
        if place and shown:
            yield int(place[2]), _column(place[1]), shown[1].decode()


def _whole_rows(packed: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while piece := packed.read(_PIECE):
        whole, ending, after = (rest + piece).rpartition(b"row>")
        rest = after if ending else rest + piece
        yield whole
        if len(rest) > 16 * _PIECE:
            raise UnreadableFile(_TOO_LARGE)
    yield rest


def _column(letters: bytes) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
