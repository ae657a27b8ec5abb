"""Cells on their way into and out of spreadsheets."""

import re

_FORMULA = re.compile(r"[=+\-@]")
_NEUTRALISED = re.compile(r"'[=+\-@]")


def neutralise(cell: str) -> str:
    """What a spreadsheet would run as a formula gets a leading ' and is text."""
    trimmed = cell.strip()
    return f"'{trimmed}" if _FORMULA.match(trimmed) else cell


def restore(cell: str) -> str:
    """The cell as it was before `neutralise`."""
    return cell[1:] if _NEUTRALISED.match(cell) else cell
