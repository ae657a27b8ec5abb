"""A request whose files wait encrypted while its form is read: Werkzeug would put them on the disk as they came.

One door takes files; at any other a body larger than a form is not read.
"""

from typing import IO, cast

import flask

from portal.adapters.sealed import Spool
from portal.web import errors


class Request(flask.Request):
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast(IO[bytes], Spool())


# A browser shows an answer only when it could send all it had. So much more than is taken it may send, and no more.
_PATIENCE = 4
_PIECE = 64 * 1024


def too_large(_error: Exception) -> flask.typing.ResponseReturnValue:
    """The page of a body beyond the limit, once the rest of it is read and dropped: neither memory nor disk fills."""
    body = flask.request.environ["wsgi.input"]
    left = _PATIENCE * flask.current_app.config["MAX_CONTENT_LENGTH"]
    if flask.request.content_length is not None:
        left = flask.request.content_length if flask.request.content_length <= left else 0
    while left > 0 and (piece := body.read(min(_PIECE, left))):
        left -= len(piece)
    return errors.page(413)


LARGE, FORM_BYTES = "intakes.upload", 1024 * 1024


def limit() -> None:
    if flask.request.endpoint != LARGE:
        flask.request.max_content_length = FORM_BYTES
