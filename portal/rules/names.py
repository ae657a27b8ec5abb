"""Names, telephone numbers and addresses folded, so that the same one written in two ways is the same text.

KANA and NAME are also what PostgreSQL's translate() gets (portal/models/receivables.py): a debtor's folded name stands
beside the written one, and a test holds the two foldings together.
"""

import re
import unicodedata

_SILENT = " ー－-‐‑–—―−~゛゜゙゚・.,’" + "".join(map(chr, range(0xE0100, 0xE0110)))  # the last: variation selectors
_VOICED = dict(
    zip(
        "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ",
        "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウ",
        strict=True,
    )
)
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶヲヰヱ", "アイウエオツヤユヨワカケオイエ", strict=True))
_LARGE = _VOICED | _SMALL
_HIRAGANA = {chr(code): _LARGE.get(chr(code + 0x60), chr(code + 0x60)) for code in range(0x3041, 0x3097)}
_CAPITALS = {chr(code): chr(code - 32) for code in range(ord("a"), ord("z") + 1)}
# What registers write in place of the everyday character (異体字・旧字体): 髙橋 is found as 高橋.
_VARIANTS = (
    "髙高𠮷吉﨑崎嵜崎濵浜濱浜邊辺邉辺齋斎齊斉澤沢廣広國国嶋島嶌島櫻桜眞真惠恵瀧滝德徳黑黒靜静榮栄學学實実壽寿條条槇槙淺浅"
    "渕淵應応萬万與与當当藏蔵晉晋曾曽莊荘彌弥鐵鉄鷗鴎圓円豐豊禮礼祿禄寬寛增増龍竜關関"
)


def _pair(folded: dict[str, str]) -> tuple[str, str]:
    """As translate() wants it: what has no counterpart in the second text goes."""
    return "".join(folded) + _SILENT, "".join(folded.values())


KANA = _pair(_LARGE | _HIRAGANA | _CAPITALS)
NAME = _pair(dict(zip(_VARIANTS[::2], _VARIANTS[1::2], strict=True)))
_NUMERALS = str.maketrans("〇一二三四五六七八九", "0123456789")
_MARKS = re.compile(r"(?<=[0-9一二三四五六七八九十])(丁目|番地の?|番|号室?|の(?=[0-9]))")
_HYPHENS = re.compile(r"[ー－‐‑–—―−~\-]+")
PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")  # 外字: a character that only its own city can read


def _fold(written: str | None, pair: tuple[str, str]) -> str:
    table = str.maketrans(pair[0][: len(pair[1])], pair[1], pair[0][len(pair[1]) :])
    return unicodedata.normalize("NFKC", written or "").translate(table)


def kana(written: str | None) -> str:
    """ "ﾜﾀﾅﾍﾞ ｼｮｰｺ", "わたなべ　しょうこ" -> "ワタナヘシヨコ", "ワタナヘシヨウコ": 濁点・小書き・長音・空白 do not count."""
    return _fold(written, KANA)


def name(written: str | None) -> str:
    """ "髙橋　花子" -> "高橋花子"."""
    return _fold(written, NAME)


def phone(written: str | None) -> str:
    """ "+81 565-00-0101", "0565-00-0101" -> "0565000101"; what has no digits is empty."""
    return re.sub("[^0-9]", "", re.sub(r"^\+81", "0", unicodedata.normalize("NFKC", written or "").strip()))


def address(written: str | None) -> str:
    """ "豊川野市本町一丁目２番地３　" -> "豊川野市本町1-2-3"."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", written or ""))
    text = re.sub("([〇一二三四五六七八九])(?=丁目)", lambda found: found[1].translate(_NUMERALS), text)
    return _HYPHENS.sub("-", _MARKS.sub("-", text)).strip("-")


def parts(written: str | None) -> tuple[str, str]:
    """Family and given name as written with a space between them; without one all is the family name."""
    family, _, given = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", written or "").strip()).partition(" ")
    return family, given.replace(" ", "")
