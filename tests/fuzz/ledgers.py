"""Ledgers as no city sends them, and some as it might: whole files made and spoilt at random, the same for a seed."""

import io
import random
import zipfile

import openpyxl

from portal.rules.eligibility import FLAGS
from portal.rules.ledger_layout import COLUMNS
from portal.rules.ledger_mapping import Mapping
from tests.ledgers import GOOD, text

ENCODINGS = ("cp932", "cp932", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
# Marks, blanks and digits that look like others, signs that end lines for somebody, letters outside every code page.
SIGNS = (
    "", " ", "　", "\t", "\n", "\r\n", "\r", "\x00", "\x0b", "\x0c", "\x1c", "\x1f", "\x85", "\u2028", "\ufeff", "\u200b", "\u202e", '"', '""',
    ",", "'", "'=", "=1+1", "+", "-", "@", "①", "㍘", "½", "𝟗", "９", "٣", "\ue000", "𠮷", "〓", "e\u0301", "ﾊﾟ", "\uff70", "−", "令和元年5月1日",
    "平成31年5月1日", "20250231", "5070531", "990362934150", "9903-6293-4150", "９９０３　６２９３　４１５０", "1,000", "1,00", "１０００", "100.0",
    "-1", "9" * 30, "1e9", "∞", "TRUE", "#N/A",
)  # fmt: skip
BYTES = (
    b"\x00",
    b"\x80",
    b"\x81",
    b"\xa0",
    b"\xfd",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\r",
    b"\n",
    b"\r\n",
    b'"',
    b",",
    b"\\",
    b"\x1f",
)


class Luck(random.Random):
    """Prints nothing itself: whoever fails prints the seed."""

    def some(self, chance: float) -> bool:
        return self.random() < chance


def csv_file(luck: Luck) -> bytes:
    """Some records, some cells replaced, columns in any order; then, mostly, bytes spoilt."""
    header = list(COLUMNS)
    if luck.some(0.2):
        luck.shuffle(header)
    if luck.some(0.2):
        header.insert(luck.randrange(len(header) + 1), luck.choice(("", "予備", "エラー", "控え")))
    body = text(
        *(_record(luck) for _ in range(luck.randrange(12))), header=tuple(header), end=luck.choice(("\n", "\r\n"))
    )
    encoding = luck.choice(ENCODINGS)
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    raw = bytearray((mark + body).encode(encoding, "replace"))
    for _ in range(luck.choice((0, 0, 1, 1, 2, 5, 20))):
        _spoil(luck, raw)
    return bytes(raw)


def _record(luck: Luck) -> dict[str, str]:
    record = GOOD | {"枝番": str(luck.randrange(4)), "期別": luck.choice("123")}
    for _ in range(luck.choice((0, 0, 1, 1, 2, 4))):
        column = luck.choice(COLUMNS)
        at = luck.randrange(len(record[column]) + 1)
        sign = luck.choice(SIGNS)
        record[column] = sign if luck.some(0.5) else record[column][:at] + sign + record[column][at:]
    if luck.some(0.3):
        record[luck.choice(tuple(FLAGS))] = luck.choice(("1", "0", "", "１", "2", "○"))
    return record


def _spoil(luck: Luck, raw: bytearray) -> None:
    at, length = luck.randrange(len(raw) + 1), luck.choice((1, 1, 2, 10, 200))
    match luck.randrange(5):
        case 0:
            raw[at:at] = luck.choice(BYTES)
        case 1:
            del raw[at : at + length]
        case 2:
            raw[at:at] = raw[at : at + length]
        case 3:
            raw[at : at + 1] = luck.randbytes(1)
        case 4:
            raw[at : at + length] = luck.choice(BYTES) * length


def xlsx_file(luck: Luck) -> bytes:
    """A workbook; sometimes one of its parts or its bytes are spoilt."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(COLUMNS))
    for _ in range(luck.randrange(5)):
        book.active.append([_cell(luck, cell) for cell in _record(luck).values()])
    book.save(out)
    raw = bytearray(out.getvalue())
    match luck.randrange(3):
        case 1:
            raw = bytearray(_part_spoilt(luck, bytes(raw)))
        case 2:
            for _ in range(luck.choice((1, 3, 30))):
                _spoil(luck, raw)
    return b"PK\x03\x04" + bytes(raw[4:])


def _cell(luck: Luck, cell: str) -> object:
    cell = "".join(sign for sign in cell if sign.isprintable() or sign == "\n")
    return luck.choice((int(cell), float(cell))) if cell.isascii() and cell.isdigit() and luck.some(0.3) else cell


def _part_spoilt(luck: Luck, raw: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        spoilt = luck.choice(old.namelist())
        for name in old.namelist():
            part = bytearray(old.read(name))
            for _ in range(luck.choice((1, 3, 30)) if name == spoilt else 0):
                _spoil(luck, part)
            new.writestr(name, bytes(part))
    return out.getvalue()


def mapping(luck: Luck) -> Mapping | None:
    """Mostly none; else our own words, some codes read as others."""
    if luck.some(0.7):
        return None
    codes = luck.sample(("201", "102", "W1", "", "9", "363"), 3)
    fixed = {"支援措置": "0"} if luck.some(0.3) else {}
    return Mapping(
        {c: c for c in COLUMNS if c not in fixed},
        fixed,
        dict(zip(codes, luck.choices(("204", "102", "", "x"), k=3), strict=True)),
    )
