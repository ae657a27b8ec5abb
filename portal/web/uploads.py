"""A request whose files wait encrypted while its form is read: Werkzeug would put them on the disk as they came."""

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
