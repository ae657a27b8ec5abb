"""A file that speaks another language (取込元 03): the desk has said what its headings and codes mean; it waits."""

import csv
import io
from datetime import date

from demo import intake, town
from demo.moments import moment
from demo.stage import Stage
from portal.actions import mappings
from portal.rules.eligibility import FLAGS
from portal.rules.ledger_layout import COLUMNS
from portal.rules.ledger_mapping import Mapping

SOURCE = "03"
FILE = ("医事未収金一覧_202610.csv", date(2026, 10, 31), False)
HEADINGS = {
    "宛名番号": "患者番号", "債権種別コード": "料目", "調定年度": "診療年度", "期別": "請求回", "摘要": "内容",
    "調定額": "請求金額", "収納額": "入金済額", "納期限": "支払期限", "督促発送日": "督促状発送日",
    "原因発生日": "診療終了日", "カナ氏名": "フリガナ", "氏名": "患者氏名", "生年月日": "生年月日", "性別": "性別コード",
    "郵便番号": "〒", "住所": "現住所", "電話番号1": "電話番号",
}  # fmt: skip
CODES = {"G1": "205", "N1": "205", "B9": ""}  # 外来、入院、文書料（市の債権種別にない）
FIXED = {name: "0" if name in FLAGS else "" for name in COLUMNS if name not in HEADINGS} | {
    "自治体コード": town.CITY_CODE,
    "取込元": SOURCE,
}
WHO = (
    ("荒木　信夫", "アラキ　ノブオ", "1956-04-09", "1", "湊町", "0565-00-9201"),
    ("飯塚　梢", "イイヅカ　コズエ", "1982-09-15", "2", "若草町", "090-0000-9202"),
    ("大河内　喜美子", "オオコウチ　キミコ", "1944-12-01", "2", "本町", ""),
    ("ロドリゲス　パウロ", "ロドリゲス　パウロ", "1990-07-23", "1", "西ノ原", "090-0000-9204"),
    ("菅沼　秀樹", "スガヌマ　ヒデキ", "1971-03-31", "1", "川端町", "0565-00-9205"),
)
VISITS = (("G1", "外来", 6_480), ("N1", "入院　食事療養費を含む", 58_300), ("B9", "診断書", 3_300))


def check(stage: Stage) -> None:
    """Met for the first time the headings say nothing; said what they mean, the file is checked again."""
    found = intake.check(stage, FILE, _written(), moment("11-25 10:20"), source=SOURCE, wanted="unmapped")
    with stage.acting(intake.DESK, "mapping:save", moment("11-25 10:34")) as by:
        mappings.save(found, Mapping(HEADINGS, FIXED, CODES), uploads=intake.uploads(), by=by)
    intake.perform(stage, found, "checked", moment("11-25 10:35"))


def _written() -> bytes:
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, list(HEADINGS.values()), lineterminator="\r\n")
    rows.writeheader()
    for nth, (name, kana, birth, sex, quarter, phone) in enumerate(WHO):
        for time, (code, what, yen) in enumerate(VISITS[: nth % 3 + 1], 1):
            rows.writerow({
                "患者番号": f"{700_211 + nth * 13:010d}", "料目": code, "診療年度": "2025", "請求回": str(time), "内容": what,
                "請求金額": str(yen + nth * 420), "入金済額": "0", "支払期限": "2026/02/28", "督促状発送日": "2026/03/23",
                "診療終了日": "2026/01/14", "フリガナ": kana, "患者氏名": name, "生年月日": birth.replace("-", "/"),
                "性別コード": sex, "〒": town.QUARTERS[quarter], "現住所": f"{town.CITY}{quarter}{nth + 1}丁目7番地{nth + 2}",
                "電話番号": phone,
            })  # fmt: skip
    return out.getvalue().encode("cp932")
