"""A request whose files wait encrypted while its form is read: Werkzeug would put them on the disk as they came.

One door takes files; at any other a body larger than a form is not read.
"""

from typing import IO, cast

import flask

from portal.adapters.sealed import Spool


class Request(flask.Request):
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast(IO[bytes], Spool())


LARGE, FORM_BYTES = "intakes.upload", 1024 * 1024


def limit() -> None:
    if flask.request.endpoint != LARGE:
        flask.request.max_content_length = FORM_BYTES
