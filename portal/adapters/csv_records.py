"""Bytes of a CSV file to its records, before anybody knows the encoding.

In CP932 and UTF-8 no second byte of a character is a comma, a quote or a line feed, so records are cut on raw bytes and
each is decoded on its own: one spoilt character costs one record, not the file. A quote opens a cell only at its very
beginning, as RFC 4180 and Excel have it; elsewhere it is a sign like any other. Lines end with LF or CRLF.
"""

import re
from collections.abc import Iterable, Iterator

from portal.adapters.encodings import CODECS, decode
from portal.adapters.unreadable import UnreadableFile
from portal.i18n import N_

# No ledger has longer records. A cell that was never closed would otherwise be held whole: half a gigabyte.
MAX_RECORD = 1024 * 1024
MAX_LINE = 16 * 1024 * 1024

_QUOTED = rb'"[^"]*+(?:""[^"]*+)*+"[^,]*+'
_CELL = rb"(?:" + _QUOTED + rb'|[^",][^,]*+|)'
_WHOLE = re.compile(_CELL + rb"(?:," + _CELL + rb")*+\Z")
# The same for a line that begins inside a quoted cell.
_CLOSES = re.compile(_QUOTED[1:] + rb"(?:," + _CELL + rb")*+\Z")


def records(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """(physical line on which the record starts, from 1; its bytes; whether it is whole).

    Not whole: a quote that is never closed, which reaches to the end of the file, or a record beyond MAX_RECORD, of
    which only the beginning is given, and those lines that cannot be decoded. Empty lines come too.
    """
    held: _Held | None = None
    for line, text in enumerate(_lines(chunks), 1):
        if held:
            held.take(text)
            if _CLOSES.match(text):
                yield held.start, held.raw, held.size <= MAX_RECORD
                held = None
        elif b'"' not in text or _WHOLE.match(text):
            yield line, text, len(text) <= MAX_RECORD
        else:
            held = _Held(line, text)
    if held:
        yield held.start, held.raw, False


class _Held:
    """The lines so far of a record with an open quote: all of them up to MAX_RECORD, then only those that spoil it."""

    def __init__(self, start: int, text: bytes) -> None:
        self.start, self.size, self.lines = start, len(text), [text]
        self.sound: set[str] | None = None

    @property
    def raw(self) -> bytes:
        return b"\n".join(self.lines)

    def take(self, text: bytes) -> None:
        self.size += 1 + len(text)
        if self.size <= MAX_RECORD:
            self.lines.append(text)
            return
        if self.sound is None:
            self.sound = {codec for codec in CODECS if decode(self.raw, codec) is not None}
        spoilt = {codec for codec in self.sound if decode(text, codec) is None}
        if spoilt:
            self.sound -= spoilt
            self.lines.append(text)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        rest += first
        if others:
            yield rest
            yield from others[:-1]
            rest = others[-1]
        if len(rest) > MAX_LINE:
            raise UnreadableFile(N_("1行が長すぎます。CSVファイルではないようです。"))
    if rest:
        yield rest
