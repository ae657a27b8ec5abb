"""名寄せ: may two entries of the city's registers be one human being? What speaks for and against it, and how strongly.

The order of what counts is that of the registers: name in kana with birth date and sex, then address and telephone. The
sum is a proposal, never an answer: the desk decides, and the weights keep families apart who share all but the given name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from portal.i18n import N_
from portal.rules import names

PROPOSED_FROM = 50  # of 100
NEAR_NAME, NEAR_ADDRESS = 80, 88  # per cent of characters in common


@dataclass(frozen=True, slots=True)
class Entry:
    """Who stands under one 宛名番号, as written there; None: not known."""

    source: str
    name: str | None = None
    kana: str | None = None
    birth: date | None = None
    sex: str | None = None
    postcode: str | None = None
    address: str | None = None
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing seen: `weight` added to the score; below zero it speaks against."""

    weight: int
    label: str


SIGNS = {
    "kana_birth": Sign(65, N_("カナ氏名と生年月日が一致")),
    "name_birth": Sign(60, N_("漢字氏名と生年月日が一致（カナは未登録か不一致）")),
    "kana": Sign(30, N_("カナ氏名が一致")),
    "birth": Sign(30, N_("生年月日が一致")),
    "name": Sign(10, N_("漢字氏名が一致")),
    "similar_name": Sign(20, N_("氏名が似ている（誤記・外字の可能性）")),
    "given_name": Sign(15, N_("名が一致し姓が異なる（旧姓の可能性）")),
    "phone": Sign(20, N_("電話番号が一致")),
    "address": Sign(20, N_("住所が一致")),
    "near_address": Sign(12, N_("住所がほぼ一致")),
    "sex": Sign(3, N_("性別が一致")),
    "other_source": Sign(5, N_("取込元が異なる")),
    "near_birth": Sign(-10, N_("生年月日が一文字違い（誤記の可能性）")),
    "other_birth": Sign(-50, N_("生年月日が異なる")),
    "other_given": Sign(-60, N_("姓が同じで名が異なる（ご家族の可能性）")),
    "family": Sign(-35, N_("名が似ているが、生年月日と住所か電話番号も同じ（双子などご家族の可能性）")),
    "other_name": Sign(-60, N_("氏名が異なる")),
    "other_sex": Sign(-25, N_("性別が異なる")),
    "other_address": Sign(-12, N_("住所が異なる（転居の可能性）")),
    "same_source": Sign(-5, N_("取込元が同じ（番号が別なら、通常は別の方）")),
}


def score(a: Entry, b: Entry) -> tuple[int, tuple[str, ...]]:
    """(0 to 100, codes of SIGNS in their order: first what speaks for it)."""
    seen = {code for compare in COMPARED for code in compare(a, b)}
    if {"similar_name", "birth"} <= seen and seen & {"address", "near_address", "phone"} and _families(a, b):
        seen.add("family")
    points = sum(SIGNS[code].weight for code in seen)
    return max(0, min(100, points)), tuple(code for code in SIGNS if code in seen)


def _who(a: Entry, b: Entry) -> set[str]:
    """Name and birth date together: neither says much alone."""
    kana, written = _same(names.kana, a.kana, b.kana), _same(names.name, a.name, b.name)
    born = _born(a.birth, b.birth)
    found = {"name"} if written else set()
    if kana or written:
        strong = "kana_birth" if kana else "name_birth"
        return found | ({strong} if born == "birth" else ({"kana"} if kana else set()) | ({born} if born else set()))
    return _unlike(a, b) | ({born} if born else set())


def _same(fold: Callable[[str | None], str], a: str | None, b: str | None) -> bool:
    return fold(a) == fold(b) != ""


def _born(a: date | None, b: date | None) -> str | None:
    """One digit wrong, or two changed places, is how a date is mistyped: 1970-01-12 and 1970-01-21."""
    if a is None or b is None:
        return None
    if a == b:
        return "birth"
    return "near_birth" if DamerauLevenshtein.distance(f"{a:%Y%m%d}", f"{b:%Y%m%d}") == 1 else "other_birth"


def _unlike(a: Entry, b: Entry) -> set[str]:
    """Two names that are not the same: married, mistyped, of one family, or of strangers."""
    (family_a, given_a), (family_b, given_b) = _parted(a, b)
    readable = _readable(a, b)
    if readable[0] and readable[0] == readable[1]:
        return {"similar_name"}
    if given_a and given_a == given_b:
        return {"given_name"}
    likeness = max(_alike(names.kana(a.kana), names.kana(b.kana)), _alike(*readable))
    given = _alike(given_a, given_b) if given_a and given_b else likeness
    if family_a and family_a == family_b and given_a and given_b and given < 60:
        return {"other_given"}
    return {"similar_name"} if likeness >= NEAR_NAME or (family_a == family_b != "" and given >= 60) else {"other_name"}


def _parted(a: Entry, b: Entry) -> tuple[tuple[str, str], tuple[str, str]]:
    """Both in kana where both have it, else both as written."""
    if a.kana and b.kana:
        (fa, ga), (fb, gb) = names.parts(a.kana), names.parts(b.kana)
        return (names.kana(fa), names.kana(ga)), (names.kana(fb), names.kana(gb))
    (fa, ga), (fb, gb) = names.parts(a.name), names.parts(b.name)
    return (names.name(fa), names.name(ga)), (names.name(fb), names.name(gb))


def _readable(a: Entry, b: Entry) -> tuple[str, str]:
    """A private character (外字) may be any: where one of the two has it, the other's character is taken."""
    x, y = names.name(a.name), names.name(b.name)
    if len(x) == len(y):
        pairs = [
            (q, q) if names.PRIVATE_USE.match(p) else (p, p) if names.PRIVATE_USE.match(q) else (p, q)
            for p, q in zip(x, y, strict=True)
        ]
        return "".join(p for p, _ in pairs), "".join(q for _, q in pairs)
    return x, y


def _alike(x: str, y: str) -> float:
    return fuzz.ratio(x, y) if x and y else 0.0


def _families(a: Entry, b: Entry) -> bool:
    """Both given names are known and differ: ユウタ and ユウト of one house are twins before they are a slip of the pen."""
    (_, given_a), (_, given_b) = _parted(a, b)
    return bool(given_a and given_b and given_a != given_b)


def _where(a: Entry, b: Entry) -> set[str]:
    x, y = names.address(a.address), names.address(b.address)
    if not x or not y:
        return set()
    if x == y:
        return {"address"}
    alike = x.endswith(y) or y.endswith(x) or (fuzz.ratio(x, y) >= NEAR_ADDRESS and _numbers(x) == _numbers(y))
    return {"near_address"} if alike else {"other_address"}


def _numbers(address: str) -> str:
    """本町1-2-3 and 本町1-2-4 are two houses, however alike they are written."""
    return "".join(sign for sign in address if sign.isdigit() or sign == "-").strip("-")


def _phone(a: Entry, b: Entry) -> set[str]:
    return {"phone"} if {names.phone(p) for p in a.phones} & {names.phone(p) for p in b.phones} - {""} else set()


def _sex(a: Entry, b: Entry) -> set[str]:
    if not a.sex or not b.sex:
        return set()
    return {"sex"} if a.sex == b.sex else {"other_sex"}


def _source(a: Entry, b: Entry) -> set[str]:
    return {"same_source"} if a.source == b.source else {"other_source"}


COMPARED = (_who, _where, _phone, _sex, _source)


VERDICTS = {
    "same": N_("一致"),
    "near": N_("ほぼ一致"),
    "differ": N_("相違"),
    "one": N_("片方のみ"),
    "none": N_("どちらもなし"),
}
FIELDS: dict[str, Callable[[Entry], set[str]]] = {
    "kana": lambda e: {names.kana(e.kana)},
    "name": lambda e: {names.name(e.name)},
    "birth": lambda e: {e.birth.isoformat() if e.birth else ""},
    "sex": lambda e: {e.sex or ""},
    "postcode": lambda e: {names.phone(e.postcode)},
    "address": lambda e: {names.address(e.address)},
    "phones": lambda e: {names.phone(phone) for phone in e.phones},
}
LABELS = {
    "kana": N_("カナ氏名"),
    "name": N_("氏名"),
    "birth": N_("生年月日"),
    "sex": N_("性別"),
    "postcode": N_("郵便番号"),
    "address": N_("住所"),
    "phones": N_("電話番号"),
}
_NEAR = {"kana": "similar_name", "name": "similar_name", "birth": "near_birth", "address": "near_address"}


def compare(left: Sequence[Entry], right: Sequence[Entry]) -> dict[str, str]:
    """{field: code of VERDICTS}, whichever of their entries agree best."""
    near = {code for a in left for b in right for code in score(a, b)[1]}
    return {field: _compared(field, left, right, near) for field in FIELDS}


def _compared(field: str, left: Sequence[Entry], right: Sequence[Entry], near: set[str]) -> str:
    x, y = ({value for entry in side for value in FIELDS[field](entry)} - {""} for side in (left, right))
    if not x or not y:
        return "one" if x or y else "none"
    if x & y:
        return "same"
    return "near" if _NEAR.get(field) in near else "differ"
