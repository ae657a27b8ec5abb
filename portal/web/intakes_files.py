"""What the desk downloads around an upload: the error file, and empty files to fill in."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

import flask

from portal.adapters.encodings import CHUNK, MISSING

ENCODINGS = {"utf-8": "utf-8-sig", "cp932": "cp932"}


def transcoded(plain: BinaryIO, encoding: str, name: str) -> flask.Response:
    """The UTF-8 of `plain` as a download in `encoding`, piece by piece; what it has no sign for becomes 〓."""
    return _download(_pieces(plain, encoding), "text/csv", name)


def _pieces(plain: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoder = codecs.getincrementalencoder(encoding)(MISSING)
    with plain:
        while piece := plain.read(CHUNK):
            yield encoder.encode(decoder.decode(piece))


def _download(pieces: Iterator[bytes], kind: str, name: str) -> flask.Response:
    answer = flask.Response(pieces, mimetype=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def attachment(content: bytes, kind: str, name: str) -> flask.Response:
    return _download(iter([content]), kind, name)
