"""Who stands beside a debtor (関係者), from the housing section's file; and what the desk marks by hand (注意事項)."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from demo import doubles, intake, town
from demo.moments import moment
from demo.people import Resident
from demo.stage import Stage
from portal.actions import marks
from portal.db import db
from portal.models.receivables import Debtor
from portal.rules.related_layout import COLUMNS

FILE = ("関係者一覧_20261031.csv", date(2026, 10, 31), False)
# part in doubles.REGISTER: relation, name, kana, quarter and house, telephone, since
OF_DOUBLES = (
    ("father", "1", "柴田　健吾", "シバタ　ケンゴ", "川端町", "6丁目2番地9", "0565-00-9104", "2019-04-01"),
    ("mistyped", "1", "西川　文子", "ニシカワ　フミコ", "桜坂", "8丁目4番地11", "0565-00-9302", "2012-10-01"),
    ("double", "4", "児玉　誠", "コダマ　マコト", "緑が丘", "1丁目16番地8", "", "2026-06-10"),
    ("guardian", "3", "大塚　啓介", "オオツカ　ケイスケ", "本町", "2丁目1番地20", "0565-00-9304", "2026-09-18"),
)
GUARANTORS = (
    ("熊谷　清美", "クマガイ　キヨミ", "湊町", "3丁目7番地2"),
    ("栗田　勉", "クリタ　ツトム", "若草町", "5丁目12番地6"),
    ("桑原　睦美", "クワバラ　ムツミ", "上野田町", "1丁目2番地15"),
)
WHY = "成年後見人（司法書士）から登記事項証明書の提示があった。今後の連絡は成年後見人あてとする。"


def load(stage: Stage, residents: Sequence[Resident]) -> None:
    tenants = [who.number for who in residents if not who.lead and "202" in who.kinds and "支援措置" not in who.flags]
    records = [
        _record(doubles.REGISTER[part].number, relation, *who) for part, relation, *who in OF_DOUBLES
    ] + [
        _record(number, "1", *who, "", "2015-04-01") for number, who in zip(tenants, GUARANTORS, strict=False)
    ]  # fmt: skip
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerows([COLUMNS, *records])
    intake.load(stage, FILE, out.getvalue().encode("cp932"), moment("11-24 13:10"), profile="related")


def _record(
    number: str, relation: str, name: str, kana: str, quarter: str, house: str, phone: str, since: str
) -> list[str]:
    address = f"{town.CITY}{quarter}{house}"
    return [town.SOURCE, number, relation, name, kana, town.QUARTERS[quarter], address, phone, since, ""]


def mark(stage: Stage) -> None:
    """The desk has seen a guardian's papers before the ledger knows of it."""
    with stage.acting("saiken2", "mark:set", moment("11-24 15:40")) as by:
        number = doubles.REGISTER["guardian"].number
        person = db.session.scalars(select(Debtor.person_id).where(Debtor.number == number)).one()
        marks.set_by_hand(person, "legal_incapacity", reason=WHY, by=by)
