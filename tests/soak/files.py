"""Two ledgers of one source, a month apart: the second changes, drops and adds claims of the first."""

import csv
from pathlib import Path

from bench import ledger
from portal.rules.ledger_layout import COLUMNS

SOURCE = "01"  # the cast's own: some of its people stand in the file, with partners who hold their cases
NAME = "伊藤　和子"  # in both files; must stand on no disk outside the database
PROTECTED = "0000000008"  # the cast's; a load at which the mark is lost stops and asks a second person
FIRST, SECOND = "first", "second"


def write(folder: Path, records: int) -> dict[str, Path]:
    raw, files = folder / "raw.csv", {name: folder / f"{name}.csv" for name in (FIRST, SECOND)}
    ledger.write(raw, SOURCE, records)
    with raw.open(encoding="cp932", newline="") as rows:
        read = list(csv.DictReader(rows))
    raw.unlink()
    old = [row | {"支援措置": "1"} if row["宛名番号"] == PROTECTED else row for row in read]
    _write(files[FIRST], old)
    _write(files[SECOND], [row | _later(number, row) for number, row in enumerate(old) if number % 17])
    return files


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="cp932", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\r\n")
        out.writeheader()
        out.writerows(rows)


def _later(number: int, row: dict[str, str]) -> dict[str, str]:
    if number % 5 == 0 and row["調定額"][-1:].isdigit():
        return {"収納額": "100", "住所": row["住所"] + "－２"}
    if number % 11 == 0:
        return {"枝番": "9"}
    return {"支援措置": "1"} if number % 101 == 0 else {}


def traces(*folders: Path) -> list[Path]:
    """Files below these folders in which the name stands, in an encoding a ledger comes in."""
    needles = [NAME.encode(codec) for codec in ("cp932", "utf-8", "utf-16-le")]
    return [path for folder in folders for path in folder.rglob("*") if _holds(path, needles)]


def _holds(path: Path, needles: list[bytes]) -> bool:
    try:
        content = path.read_bytes() if path.is_file() else b""
    except OSError:
        return False
    return any(needle in content for needle in needles)
