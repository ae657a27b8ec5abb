"""What a desk sees of a file before its columns are understood: the first records, and which kind codes it holds."""

import itertools
from collections.abc import Mapping
from typing import Any

from portal.adapters.table_file import TableFile
from portal.rules.individual_number import mask
from portal.rules.ledger_layout import plain
from portal.rules.ledger_mapping import CODE_LENGTH, guess, named

RECORDS = 20
_CELL = 60
# To guess the kind codes of a file that is not understood yet, so many records are enough.
_LOOKED_AT = 200_000
MANY = 100


def preview(file: TableFile, kind: str | None = None, codes: Mapping[str, int] | None = None) -> dict[str, Any]:
    """{encoding, header, rows, kind, codes}: names of the columns; the first RECORDS, numbers of twelve digits struck
    out; the column of the kinds, else a guess or None; {code: how often}, None where they are too many for kinds.

    `codes`: as a whole check counted them.
    """
    names = named(file.header)
    kind = kind or guess(names).get("債権種別コード")
    rows = [[mask(cell)[:_CELL] for cell in cells] for _, cells, _ in itertools.islice(file.rows(), RECORDS)]
    found = codes if codes is not None else _codes(file, names.index(kind)) if kind in names else {}
    return {
        "encoding": file.encoding,
        "header": [mask(name) for name in names],
        "rows": rows,
        "kind": kind,
        "codes": _plain(found),
    }


def _codes(file: TableFile, at: int) -> dict[str, int]:
    found = dict[str, int]()
    for _, cells, problem in itertools.islice(file.rows(), _LOOKED_AT):
        if not problem and (cells[at] in found or len(found) < MANY):
            found[cells[at]] = found.get(cells[at], 0) + 1
    return found


def _plain(found: Mapping[str, int]) -> dict[str, int] | None:
    """What looks like a person's number or is longer than a code is none of the kinds."""
    if len(found) >= MANY:
        return None
    codes = dict[str, int]()
    for cell, times in found.items():
        code = plain(cell)
        if code and len(code) <= CODE_LENGTH and mask(code) == code:
            codes[code] = codes.get(code, 0) + times
    return dict(sorted(codes.items()))
