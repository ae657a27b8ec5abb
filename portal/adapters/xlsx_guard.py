"""An XLSX before it is opened for good: is it one, and would it fill the memory?

A few kilobytes can unpack to many gigabytes, and one cell in the last corner of a sheet makes a reader lay out
seventeen thousand million. So the parts are unpacked once, piece by piece, and the first sheet's cells counted.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO
from xml.etree import ElementTree

from portal.adapters.unreadable import UnreadableFile
from portal.i18n import N_

MAX_UNPACKED = 1024 * 1024 * 1024
MAX_CELLS = 40_000_000
# Sheets pack to about a fifteenth; what packs to less than a two-hundredth was made to.
MAX_RATIO = 200
_SMALL = 64 * 1024 * 1024
_PIECE = 1024 * 1024

_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*\bt=["']e["'][^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)</""", re.DOTALL
)
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
        with zipfile.ZipFile(stream) as book:
            _limit(book)
            first = _first_sheet(book)
            for part in book.infolist():
                if part.filename != first:
                    with book.open(part) as packed:
                        _exhaust(packed)
            with book.open(first) as packed:
                return _survey(packed)
    except _MALFORMED as error:
        raise UnreadableFile(N_("XLSXのファイルではないか、壊れています。")) from error


def _limit(book: zipfile.ZipFile) -> None:
    unpacked = sum(part.file_size for part in book.infolist())
    packed = sum(part.compress_size for part in book.infolist())
    if unpacked > MAX_UNPACKED or unpacked > max(_SMALL, packed * MAX_RATIO):
        raise UnreadableFile(N_("展開すると大きくなりすぎるExcelブックです。CSVで保存し直してください。"))


def _first_sheet(book: zipfile.ZipFile) -> str:
    sheet = ElementTree.fromstring(book.read("xl/workbook.xml")).find("{*}sheets/{*}sheet")
    wanted = next((value for name, value in sheet.items() if name.endswith("}id")), None) if sheet is not None else None
    for relation in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels")):
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
            raise UnreadableFile(N_("表が大きすぎます。CSVで保存し直してください。"))
        for attributes, shown in _ERROR.findall(piece):
            if place := _PLACE.search(attributes):
                errors.setdefault(int(place[2]), []).append((_column(place[1]), shown.decode()))
    return errors


def _whole_rows(packed: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while piece := packed.read(_PIECE):
        whole, ending, after = (rest + piece).rpartition(b"row>")
        rest = after if ending else rest + piece
        yield whole
        if len(rest) > 16 * _PIECE:
            raise UnreadableFile(N_("表が大きすぎます。CSVで保存し直してください。"))
    yield rest


def _column(letters: bytes) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
