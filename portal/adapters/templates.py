"""Empty files for a city to fill in: the headings, and in a workbook a second sheet that says what goes where."""

from typing import BinaryIO

import xlsxwriter  # type: ignore[import-untyped]

from portal.adapters import sheets
from portal.rules.ledger_words import COLUMNS

_EXPLAINED = ("項目", "必須", "記入例", "説明")
_WIDTHS = (18, 6, 28, 70)


def write(kind: str, profile: str, out: BinaryIO) -> None:
    """`kind`: a key of sheets.TYPES; `profile`: ledger or related. In CSV nothing but the headings. KeyError."""
    if kind == "xlsx":
        _book(profile, out)
    else:
        sheets.write(kind, out, tuple(COLUMNS[profile]), ())


def _book(profile: str, out: BinaryIO) -> None:
    """All cells of the first sheet are text, so that no number loses its zeros."""
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold, plain = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        data, said = book.add_worksheet("データ"), book.add_worksheet("記入例と説明")
        data.set_column(0, len(COLUMNS[profile]) - 1, 14, plain)
        data.freeze_panes(1, 0)
        said.freeze_panes(1, 0)
        for across, (title, width) in enumerate(zip(_EXPLAINED, _WIDTHS, strict=True)):
            said.set_column(across, across, width)
            said.write_string(0, across, title, bold)
        for at, (column, (example, must, words)) in enumerate(COLUMNS[profile].items()):
            data.write_string(0, at, column, bold)
            for across, cell in enumerate((column, "必須" if must else "", example, words)):
                said.write_string(at + 1, across, cell)
