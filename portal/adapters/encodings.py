"""How a city's file is encoded: by its BOM, else by trying."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from portal.i18n import N_

CHUNK = 1024 * 1024
NAMES = {
    "cp932": N_("Shift_JIS（CP932）"),
    "utf-8": N_("UTF-8"),
    "utf-16-le": N_("UTF-16（LE）"),
    "utf-16-be": N_("UTF-16（BE）"),
    "xlsx": N_("Excelブック（XLSX）"),
}
# What records are decoded from.
CODECS = ("utf-8", "cp932")
# The longer UTF-8 mark first; UTF-16 is turned into UTF-8 on the way in.
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# NUL; and what Python makes of the single bytes 80, A0, FD, FE, FF, which are no characters in CP932.
_NO_CP932 = re.compile("[\0\x80\uf8f0-\uf8f3]")

# Printers set 〓 for a letter that is missing; every encoding has it.
MISSING = "renkei.missing"
codecs.register_error(MISSING, lambda error: ("〓", error.end))  # type: ignore[attr-defined]


def decode(raw: bytes, codec: str) -> str | None:
    """The text in `codec`, or None: undecodable, or holding NUL."""
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        return None
    if codec == "cp932":
        return None if _NO_CP932.search(text) else text
    return None if "\0" in text else text


def legible(raw: bytes, codec: str) -> str:
    """What can be read of bytes that `decode` refuses, 〓 in place of the rest."""
    return _NO_CP932.sub("〓", raw.decode(codec, MISSING))


def by_mark(stream: BinaryIO) -> str | None:
    """The encoding that the file's BOM says, the stream then standing behind it; None without a BOM."""
    start = stream.read(3)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            stream.seek(len(mark))
            return encoding
    stream.seek(0)
    return None


def by_trying(records: Callable[[], Iterable[bytes]]) -> str:
    """The one of UTF-8 and CP932 with fewer undecodable records, the heading being one of them; on a tie UTF-8.

    `records` gives them anew each time. The second count ends as soon as it is decided, mostly after one record.
    """
    left = spoilt = worse = 0
    for raw in records():
        left += 1
        spoilt += decode(raw, "utf-8") is None
    for raw in records():
        if worse >= spoilt or worse + left < spoilt:
            break
        left -= 1
        worse += decode(raw, "cp932") is None
    return "cp932" if worse < spoilt else "utf-8"


def chunks(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The rest of the stream in pieces, as UTF-8 where it is UTF-16. Half a character stays undecodable."""
    pieces = iter(lambda: stream.read(CHUNK), b"")
    if not encoding.startswith("utf-16"):
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"
