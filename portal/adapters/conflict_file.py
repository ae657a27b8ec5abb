"""The law team's answers as a file: the list it was given, with 結果 filled in."""

import csv
import io
from dataclasses import dataclass
from typing import BinaryIO

from portal.adapters.cells import restore
from portal.adapters.encodings import CODECS, decode
from portal.i18n import N_
from portal.rules import conflicts

NUMBER, RESULT, NOTE = N_("番号"), N_("結果"), N_("備考")
MOST = 512 * 1024  # bytes: a form's share
LONGEST = 500


class Unreadable(Exception):
    """Nothing of it is taken. `label`, filled with `line`."""

    def __init__(self, label: str, line: int = 0) -> None:
        super().__init__(label)
        self.label, self.line = label, line


@dataclass(frozen=True, slots=True)
class Answer:
    """`number`: of the list, from 1; `result`: clear or conflict."""

    number: int
    result: str
    note: str | None


def read(stream: BinaryIO, count: int) -> list[Answer]:
    """Of a list with `count` numbers. A row without 結果 is left for later; anything else strange refuses the file."""
    raw = stream.read(MOST + 1).removeprefix(b"\xef\xbb\xbf")
    text = next((found for codec in CODECS if (found := decode(raw, codec)) is not None), None)
    if len(raw) > MOST or text is None or not text.strip():
        raise Unreadable(N_("ファイルを読み取れません。この画面で出力したCSVに結果を記入してください。"))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    header = [cell.strip() for cell in rows[0]]
    if NUMBER not in header or RESULT not in header:
        raise Unreadable(N_("見出しに「番号」と「結果」がありません。この画面で出力したCSVに結果を記入してください。"))
    at = {name: header.index(name) for name in (NUMBER, RESULT, NOTE) if name in header}
    answers = [_answer(row, at, line, count) for line, row in enumerate(rows[1:], 2) if any(row)]
    given = [answer for answer in answers if answer]
    if len({answer.number for answer in given}) != len(given):
        raise Unreadable(N_("同じ番号が二度あります。"))
    return given


def _answer(row: list[str], at: dict[str, int], line: int, count: int) -> Answer | None:
    cells = {name: restore(row[place]).strip() if place < len(row) else "" for name, place in at.items()}
    if not cells[RESULT]:
        return None
    number, result = cells[NUMBER], conflicts.read(cells[RESULT])
    if not (number.isascii() and number.isdecimal() and len(number) < 7 and 1 <= int(number) <= count):
        raise Unreadable(N_("%(line)s行目の番号が、この名簿にありません。"), line)
    if result is None:
        raise Unreadable(N_("%(line)s行目の結果は「該当」または「なし」で記入してください。"), line)
    return Answer(int(number), result, cells.get(NOTE, "")[:LONGEST] or None)
