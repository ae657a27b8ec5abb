"""豊川野市, an invented city of 420,000: its quarters, what its people owe, and in which shares.

Nothing here exists: no such city, no such postcode (499 is nobody's), no telephone number that rings.
"""

from dataclasses import dataclass

CITY = "豊川野市"
CITY_CODE = "23999"
SOURCE = "01"
SEED = CITY

QUARTERS = {
    "本町": "4990001",
    "緑が丘": "4990012",
    "川端町": "4990023",
    "三本松町": "4990034",
    "東雲台": "4990045",
    "上野田町": "4990056",
    "湊町": "4990067",
    "若草町": "4990078",
    "御堂前": "4990089",
    "新栄町": "4990092",
    "西ノ原": "4990103",
    "桜坂": "4990114",
}
ESTATES = ("東雲台団地", "西ノ原団地", "川端団地")
SCHOOLS = ("本町小学校", "緑が丘小学校", "川端小学校", "若草小学校", "東雲中学校", "西ノ原中学校")
CLUBS = ("本町児童クラブ", "緑が丘児童クラブ", "若草児童クラブ")


@dataclass(frozen=True)
class Kind:
    """A kind of claim in the city's stock at scale 1: million yen, people, and the usual size of one claim in yen.

    `months`: from one claim to the next. `summary`: 摘要, what an agent answers to 「何の代金ですか」.
    """

    code: str
    millions: int
    people: int
    unit: int
    months: int
    summary: str


KINDS = (
    Kind("202", 248, 930, 28_000, 1, "{estate}　{month}月分"),
    Kind("207", 136, 400, 36_000, 3, "就学支度資金　第{nth}回償還"),
    Kind("205", 78, 1_250, 21_000, 1, "市民病院　{month}月{day}日　外来"),
    Kind("204", 66, 3_900, 6_200, 2, "{quarter}　{month}月検針分"),
    Kind("364", 62, 160, 260_000, 6, "生活保護費　{year}年度　過払い分"),
    Kind("206", 54, 150, 60_000, 6, "奨学金　{year}年度　第{nth}回償還"),
    Kind("201", 48, 1_450, 4_600, 1, "{school}　{month}月分"),
    Kind("209", 38, 28, 120_000, 6, "住宅新築資金　第{nth}回償還"),
    Kind("306", 28, 170, 110_000, 4, "児童扶養手当　{year}年度　過払い分"),
    Kind("301", 18, 640, 7_000, 1, "{club}　{month}月分"),
    Kind("308", 10, 380, 19_000, 2, "国保給付費　{month}月受診分"),
    Kind("303", 14, 242, 30_000, 2, "農業集落排水　{month}月検針分"),
)
PEOPLE = 8_150
# 100 people: how many are owed for by one kind of claim, by two, by three
KINDS_OF_ONE = (85, 11, 4)
# of the amount: months since the due date, from … up to, and the share
AGES = ((0, 12, 0.22), (12, 36, 0.30), (36, 60, 0.26), (60, 78, 0.22))
EXCLUDED = 0.31
# of a hundred excluded people
FLAGS = {
    "生活保護": 24,
    "分納中": 20,
    "死亡": 14,
    "破産": 12,
    "減免申請中": 8,
    "徴収停止": 7,
    "受任通知": 5,
    "係争中": 4,
    "支援措置": 4,
    "未成年等": 2,
}
NO_PHONE = {"204": 0.35, "202": 0.85}
NO_PHONE_ELSE = 0.66
NUMBERS_VALID = 0.62

# what the same extract holds of taxes and contributions (never stored), and of broken records
TAXES = {
    "101": ("市県民税　第{nth}期", 24_000),
    "102": ("固定資産税　第{nth}期", 41_000),
    "103": ("軽自動車税", 10_800),
    "104": ("国民健康保険税　第{nth}期", 18_600),
    "105": ("介護保険料　第{nth}期", 9_400),
    "107": ("保育料　{month}月分", 22_000),
    "108": ("下水道使用料　{month}月検針分", 3_900),
}
TAX_SHARE = 0.08
BROKEN_SHARE = 0.012
