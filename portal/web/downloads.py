"""A list as a file to keep: CSV in UTF-8 or CP932, or a workbook."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import flask
from flask_babel import lazy_gettext as _l

from portal.adapters import sheets
from portal.adapters.sealed import Spool

LABELS = {"csv": _l("CSV（UTF-8）"), "cp932": _l("CSV（Shift_JIS）"), "xlsx": _l("Excel")}
MOST_XLSX = 100_000  # a workbook is held in memory; a CSV file waits sealed on the disk


def kind() -> str:
    """As the address asks; what it asks for and is none is a CSV file."""
    asked = flask.request.args.get("format", "csv")
    return asked if asked in LABELS else "csv"


def send(name: str, header: Sequence[str], rows: sheets.Cells) -> flask.typing.ResponseReturnValue:
    """`name` without its ending. sheets.TooLong, which says so in one sentence."""
    asked = kind()
    out: Any = io.BytesIO() if asked == "xlsx" else Spool()
    sheets.write(asked, out, header, _bounded(rows) if asked == "xlsx" else rows)
    out.seek(0)
    ending = "xlsx" if asked == "xlsx" else "csv"
    return flask.send_file(out, sheets.TYPES[asked], as_attachment=True, download_name=f"{name}.{ending}")


def _bounded(rows: Iterable[Any]) -> Iterator[Any]:
    for count, row in enumerate(rows, 1):
        if count > MOST_XLSX:
            raise sheets.TooLong
        yield row
