"""The error file: the rejected records as they came, with what is wrong, ready to be corrected and sent again."""

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from portal.adapters.cells import neutralise
from portal.rules.eligibility import in_order
from portal.rules.individual_number import mask, suspect

ERROR = "エラー"
_MISPLACED = frozenset({"bad_encoding", "column_count"})


class Bytes(Protocol):
    def write(self, data: bytes, /) -> int: ...


def error_file(
    out: Bytes, header: Sequence[str], numbers: Iterable[int | None]
) -> Callable[[list[str], tuple[str, ...]], None]:
    """Writes the heading to `out` as UTF-8 CSV (CRLF) and answers what adds a record: f(its own cells, reasons).

    エラー is the first column, so that a record with too few or too many cells keeps every cell in its place; an エラー
    column of an earlier round gives way. Numbers of twelve digits are struck out but in `numbers` (the places of columns
    whose long numbers are no 個人番号), formulas neutralised.
    """
    earlier = header.index(ERROR) if ERROR in header else None
    plain = frozenset(numbers)
    rows = csv.writer(_Utf8(out), lineterminator="\r\n")
    rows.writerow([ERROR, *(neutralise(mask(name)) for at, name in enumerate(header) if at != earlier)])

    def add(cells: list[str], reasons: tuple[str, ...]) -> None:
        kept = frozenset[int | None]() if _MISPLACED.intersection(reasons) else plain
        masked = mask if suspect(cells) else str
        shown = [neutralise(cell if at in kept else masked(cell)) for at, cell in enumerate(cells) if at != earlier]
        rows.writerow([_said(reasons), *shown])

    return add


class _Utf8:
    def __init__(self, out: Bytes) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode())


def _said(reasons: tuple[str, ...]) -> str:
    return "／".join(f"{reason.label}（{reason.code}）" for reason in in_order(set(reasons)))
