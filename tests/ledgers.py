"""Ledger files for tests: one good record, changed where a test wants it."""

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl

from portal.adapters.ledger_check import check
from portal.rules import kinds
from portal.rules.ledger_layout import COLUMNS

AS_OF = date(2026, 11, 23)
CITY = "23999"
DATA = Path(__file__).parent / "data"
# 学校給食費, private, caused under the new law, due and demanded: accepted without a word.
GOOD = dict.fromkeys(COLUMNS, "") | {
    "自治体コード": "23999",
    "取込元": "01",
    "宛名番号": "0001000001",
    "債権種別コード": "201",
    "調定年度": "2025",
    "期別": "3",
    "枝番": "1",
    "通知書番号": "N0000001",
    "摘要": "第三小学校　5月分",
    "調定額": "4600",
    "収納額": "0",
    "納期限": "20250630",
    "督促発送日": "20250722",
    "原因発生日": "20250501",
    "カナ氏名": "ｲﾄｳ ｶｽﾞｺ",
    "氏名": "伊藤　和子",
    "生年月日": "S390902",
    "性別": "2",
    "郵便番号": "471-0866",
    "住所": "愛知県豊田市若林東町7丁目35番地4",
    "電話番号1": "0565-00-1234",
}


def record(**changes: str) -> dict[str, str]:
    assert changes.keys() <= GOOD.keys(), changes
    return GOOD | changes


def text(*records: dict[str, str], header: tuple[str, ...] = COLUMNS, end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator=end)
    rows.writerow(header)
    rows.writerows([r.get(column, "") for column in header] for r in records)
    return out.getvalue()


def line(**changes: str) -> str:
    """One record as a line of CSV, without its end."""
    return text(record(**changes), end="\n").split("\n", 1)[1].rstrip("\n")


HEADING = text(end="\n").rstrip("\n")


def xlsx(path: Path, *rows: list, header: tuple[str, ...] = COLUMNS) -> Path:
    book = openpyxl.Workbook()
    book.active.append(list(header))
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def verdicts(path: Path, *, as_of: date = AS_OF, city_code: str = CITY, **more) -> list[tuple]:
    """[(line, verdict, reasons joined, warnings joined)]."""
    found = check(path, as_of=as_of, city_code=city_code, kinds=kinds.shipped(), **more)
    return [(j.line, j.verdict, "|".join(j.reasons), "|".join(j.warnings)) for j in found]
