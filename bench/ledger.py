"""A ledger file of any length: nearly four claims a person, and taxes, marks and broken records in a real one's shares."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from portal.rules.eligibility import FLAGS
from portal.rules.ledger_layout import COLUMNS

AS_OF = date(2026, 11, 23)
KINDS = ("201", "202", "204", "205", "206")
TAX = "102"
SURNAMES = (("鈴木", "ｽｽﾞｷ"), ("伊藤", "ｲﾄｳ"), ("加藤", "ｶﾄｳ"), ("河井", "ｶﾜｲ"), ("森", "ﾓﾘ"))
GIVEN = (("和子", "ｶｽﾞｺ"), ("千尋", "ﾁﾋﾛ"), ("次郎", "ｼﾞﾛｳ"), ("秋", "ｱｷ"))
# of a hundred records
TAXES, BROKEN, PAID = 8, 1, 5
# of a hundred persons
MARKED, WITH_PHONE = 26, 62


def write(path: Path, source: str, records: int, city_code: str = "23999") -> None:
    """CP932 with CRLF, as core systems write it. The same records for every `source` but for that column."""
    with path.open("w", encoding="cp932", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")
        rows.writeheader()
        rows.writerows({"自治体コード": city_code, "取込元": source, **record} for record in _records(records))


def _records(count: int) -> Iterator[dict[str, str]]:
    luck = random.Random(2026)
    done, number = 0, 0
    while done < count:
        number += 1
        person = _person(luck, number)
        for nth in range(min(luck.randint(2, 5), count - done)):
            done += 1
            yield person | _claim(luck, nth, done)


def _person(luck: random.Random, number: int) -> dict[str, str]:
    (surname, kana), (given, given_kana) = luck.choice(SURNAMES), luck.choice(GIVEN)
    marked = luck.choice(tuple(FLAGS)) if luck.random() * 100 < MARKED else None
    return dict.fromkeys(FLAGS, "0") | {
        "宛名番号": f"{number:010d}",
        "カナ氏名": f"{kana} {given_kana}",
        "氏名": f"{surname}　{given}",
        "生年月日": f"S{luck.randint(30, 63):02d}0{luck.randint(1, 9)}{luck.randint(10, 28)}",
        "性別": luck.choice("12"),
        "郵便番号": "499-0001",
        "住所": f"豊川野市本町{luck.randint(1, 9)}丁目{luck.randint(1, 60)}番地{luck.randint(1, 20)}",
        "電話番号1": f"0565-00-{number % 10_000:04d}" if luck.random() * 100 < WITH_PHONE else "",
        **({marked: "1"} if marked else {}),
    }


def _claim(luck: random.Random, nth: int, line: int) -> dict[str, str]:
    due = AS_OF - timedelta(days=luck.randint(90, 1500))
    assessed = luck.randint(20, 900) * 100
    broken, tax, paid = (luck.random() * 100 < share for share in (BROKEN, TAXES, PAID))
    return {
        "債権種別コード": TAX if tax else luck.choice(KINDS),
        "調定年度": str(due.year),
        "期別": str(nth + 1),
        "枝番": "0",
        "通知書番号": f"N{line:07d}",
        "摘要": f"第一小学校　{due.month}月分",
        "調定額": "12000円" if broken else f"{assessed:,}",
        "収納額": str(assessed if paid else 0),
        "延滞金": "0",
        "督促手数料": "100",
        "納期限": f"R{due.year - 2018:02d}{due:%m%d}",
        "督促発送日": f"{due + timedelta(days=20):%Y-%m-%d}",
        "督促到達日": f"{due + timedelta(days=23):%Y%m%d}",
    }
