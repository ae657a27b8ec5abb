"""The extract (滞納債権台帳) that the city's core system hands to the portal: CP932, one claim a record."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from factory.random import randgen

from demo import town
from demo.owed import AS_OF, Owed
from demo.people import Resident
from portal.rules.eligibility import FLAGS
from portal.rules.ledger_layout import COLUMNS

# name, as-of date, whole extract (全件) or not
FULL = ("滞納債権台帳_20261031.csv", AS_OF, True)
UPDATE = ("滞納債権台帳_差分_20261124.csv", date(2026, 11, 24), False)
HALF_WIDTH = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF61, 0xFFA0)} | {"　": " "}


def written(owed: Iterable[Owed], residents: Sequence[Resident]) -> bytes:
    """The whole file: what may be entrusted, what may not, taxes that must be refused, and records that are broken."""
    records = [record(claim) for claim in owed]
    records += taxes(residents, round(len(records) * town.TAX_SHARE) + len(town.TAXES))
    records += _broken(records, round(len(records) * town.BROKEN_SHARE))
    randgen.shuffle(records)
    return as_csv(records)


def updated(owed: Sequence[Owed], residents: Sequence[Resident]) -> bytes:
    """The difference (差分) of this week: a few claims were paid in part, and again some taxes came along."""
    records = [
        record(replace(claim, paid=claim.paid + claim.balance // 2)) for claim in owed[:: max(len(owed) // 40, 1)]
    ]
    return as_csv([*records, *taxes(residents, 5), *_broken(records, 0)])


def as_csv(records: Iterable[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    rows.writeheader()
    rows.writerows(records)
    return out.getvalue().encode("cp932")


def record(claim: Owed) -> dict[str, str]:
    return _person(claim.resident) | {
        "債権種別コード": claim.kind,
        "調定年度": str(claim.fiscal_year),
        "期別": str(claim.instalment),
        "枝番": "0",
        "通知書番号": f"{claim.kind}{claim.fiscal_year % 100:02d}{claim.resident.number[-7:]}{claim.instalment:02d}",
        "摘要": claim.summary,
        "調定額": f"{claim.assessed:,}",
        "収納額": f"{claim.paid:,}",
        "延滞金": str(claim.late_charge),
        "督促手数料": "100" if claim.sent else "",
        "納期限": _era(claim.due),
        "督促発送日": _era(claim.sent),
        "督促到達日": _era(claim.arrived),
        "原因発生日": _era(claim.cause),
        "最終承認日": _era(claim.acknowledged),
        "債務名義確定日": _era(claim.judged),
        "備考": claim.memo,
    }


def _person(who: Resident) -> dict[str, str]:
    return {
        "自治体コード": town.CITY_CODE,
        "取込元": town.SOURCE,
        "宛名番号": who.number,
        "カナ氏名": _half_width(who.kana),
        "氏名": who.name,
        "生年月日": _era(who.birth),
        "性別": who.sex,
        "郵便番号": f"{who.postcode[:3]}-{who.postcode[3:]}",
        "住所": who.address,
        "方書": who.building,
        "電話番号1": who.phone1,
        "電話番号2": who.phone2,
    } | {flag: "1" if flag in who.flags else "0" for flag in FLAGS}


def _half_width(kana: str) -> str:
    """ｱｻﾐ ｶｽﾞｴ, as core systems keep it: the voiced mark is a letter of its own."""
    return "".join(HALF_WIDTH.get(letter, letter) for letter in unicodedata.normalize("NFD", kana))


def _era(day: date | None) -> str:
    """S621103, H300731, R080430: the form of most core systems."""
    if day is None:
        return ""
    for letter, first in (("R", date(2019, 5, 1)), ("H", date(1989, 1, 8)), ("S", date(1926, 12, 25))):
        if day >= first:
            return f"{letter}{day.year - first.year + 1:02d}{day:%m%d}"
    raise ValueError(day)


def taxes(residents: Sequence[Resident], count: int) -> Iterator[dict[str, str]]:
    """Somebody marked the wrong revenue codes in the extract: nothing of these may ever be stored."""
    for nth in range(count):
        code = list(town.TAXES)[nth % len(town.TAXES)]
        words, yen = town.TAXES[code]
        due = AS_OF - timedelta(days=randgen.randint(60, 900))
        facts = {"nth": nth % 8 + 1, "month": due.month}
        yield _person(residents[nth * 5 % len(residents)]) | {
            "債権種別コード": code, "調定年度": str(due.year), "期別": str(nth % 8 + 1), "枝番": str(nth),
            "摘要": words.format(**facts), "調定額": str(yen), "収納額": "0", "納期限": _era(due),
            "督促発送日": _era(due + timedelta(days=20)),
        }  # fmt: skip


FAULTS = (
    {"調定額": "12000円"},
    {"納期限": "H310631"},
    {"氏名": ""},
    {"宛名番号": ""},
    {"債権種別コード": "999"},
    {"収納額": "9,999,999"},
    {"自治体コード": "23998"},
    {"破産": "有"},
)


def _broken(records: Sequence[dict[str, str]], count: int) -> Iterator[dict[str, str]]:
    for nth in range(max(count, len(FAULTS))):
        whole = records[nth * 11 % len(records)]
        yield whole | {"枝番": f"9{nth}", "通知書番号": ""} | FAULTS[nth % len(FAULTS)]
