"""People who stand in two registers (取込元 01 and 02): the same human being written in two ways, or two of one family."""

from dataclasses import replace
from datetime import date

from demo import town
from demo.owed import Owed
from demo.people import Resident

FIRST, STEP = 9_000_101, 37


def _who(nth: int, who: str, sex: str, birth: str, place: str, phone: str = "") -> Resident:
    """`place`: 町名 and house number, as that register writes them."""
    name, kana = who.split("／")
    quarter, house = place.split()
    return Resident(
        number=f"{FIRST + nth * STEP:010d}", sex=sex, birth=date.fromisoformat(birth), name=name, kana=kana,
        postcode=town.QUARTERS[quarter], address=f"{town.CITY}{quarter}{house}", building="", phone1=phone, phone2="",
        kinds=(),
    )  # fmt: skip


# since November in the register of claims, by the part they play
REGISTER = {
    "same": _who(1, "村上　聡子／ムラカミ　サトコ", "2", "1968-03-12", "湊町 4丁目5番地6", "0565-00-9101"),
    "maiden_name": _who(2, "岡村　由香里／オカムラ　ユカリ", "2", "1985-10-02", "若草町 2丁目8番地1", "090-0000-9102"),
    "twin": _who(3, "平松　悠太／ヒラマツ　ユウタ", "1", "1999-05-05", "桜坂 1丁目20番地3", "0565-00-9103"),
    "father": _who(4, "柴田　正弘／シバタ　マサヒロ", "1", "1952-01-30", "川端町 6丁目2番地9", "0565-00-9104"),
    "double": _who(5, "児玉　洋子／コダマ　ヨウコ", "2", "1959-08-21", "本町 3丁目14番地2", "0565-00-9105"),
    "moved": _who(6, "髙橋　健一／タカハシ　ケンイチ", "1", "1977-02-14", "新栄町 5丁目1番地7"),
    "mistyped": _who(7, "西川　恒夫／ニシカワ　ツネオ", "1", "1948-11-03", "御堂前 2丁目3番地4", "0565-00-9107"),
    "guardian": _who(8, "杉原　トメ／スギハラ　トメ", "2", "1936-02-02", "三本松町 7丁目9番地5", "0565-00-9108"),
}
# the waterworks' own register, with numbers of its own
WATERWORKS = {
    "same": _who(51, "村上　聡子／ムラカミ　サトコ", "2", "1968-03-12", "湊町 ４－５－６", "0565-00-9101"),
    "maiden_name": _who(52, "坂口　由香里／サカグチ　ユカリ", "2", "1985-10-02", "東雲台 3丁目3番地3", "090-0000-9102"),
    "twin": _who(53, "平松　悠斗／ヒラマツ　ユウト", "1", "1999-05-05", "桜坂 1丁目20番地3", "0565-00-9103"),
    "father": _who(54, "柴田　健吾／シバタ　ケンゴ", "1", "1980-04-17", "川端町 6丁目2番地9", "0565-00-9104"),
    "double": _who(55, "児玉　洋子／コダマ　ヨウコ", "2", "1959-08-21", "本町 3丁目14番地2", "0565-00-9105"),
    "moved": _who(56, "高橋　健一／タカハシ　ケンイチ", "1", "1977-02-14", "西ノ原 1丁目6番地2"),
    "mistyped": _who(57, "西川　恒夫／ニシカワ　ツネオ", "1", "1948-11-30", "御堂前 2丁目3番地4", "0565-00-9107"),
    "stranger": _who(58, "遠山　詩織／トオヤマ　シオリ", "2", "1993-12-19", "上野田町 4丁目7番地8", "090-0000-9158"),
    "neighbour": _who(59, "野間　義雄／ノマ　ヨシオ", "1", "1961-06-06", "緑が丘 5丁目5番地1"),
}
_RENT, _LUNCHES, _HOSPITAL = (
    ("202", "東雲台団地3号棟", 24_000),
    ("201", "若草小学校", 4_600),
    ("205", "市民病院　外来", 12_800),
)
_OWED = {
    "same": _LUNCHES, "maiden_name": _LUNCHES, "twin": _HOSPITAL, "father": _RENT, "double": _HOSPITAL,
    "moved": _RENT, "mistyped": _RENT, "guardian": _HOSPITAL,
}  # fmt: skip
_DUE = (date(2025, 12, 31), date(2026, 1, 31))


def owed() -> list[Owed]:
    """What those of the register of claims owe: two claims each of last winter."""
    return [
        _claim(who, *_OWED[part], due, nth)
        for part, who in REGISTER.items()
        for nth, due in enumerate(_DUE, 1)
    ]  # fmt: skip


def of_waterworks(known: list[Resident]) -> list[Owed]:
    """What the waterworks' people owe; `known`: of the city's, who are customers too, without their telephone."""
    customers = [
        replace(who, number=f"{FIRST + (80 + nth) * STEP:010d}", phone1="", phone2="", flags=(), lead=None)
        for nth, who in enumerate(known)
    ]
    return [
        _claim(who, "204", "検針分", 5_200 + 310 * place, due, nth)
        for place, who in enumerate([*WATERWORKS.values(), *customers])
        for nth, due in enumerate(_DUE, 1)
    ]


def _claim(who: Resident, kind: str, summary: str, yen: int, due: date, nth: int) -> Owed:
    return Owed(
        resident=who, kind=kind, fiscal_year=2025, instalment=nth, summary=f"{summary}　{due.month}月分", assessed=yen,
        paid=0, late_charge=0, due=due, sent=date(2026, 2, 24), arrived=None, cause=date(2025, 11, 15),
        acknowledged=None, judged=None, memo="",
    )  # fmt: skip
