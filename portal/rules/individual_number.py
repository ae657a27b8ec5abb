"""個人番号 (My Number) must not be here at all (番号法19条, 20条): it is looked for in whatever a city sends."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

# After NFKC: twelve digits, or 4-4-4 with one of these between, touching no other digit.
_JOINT = "[ \u2010\u2011\u2212\u30fc-]"  # the plain hyphen last: elsewhere it would mean a range
_RUN = re.compile(rf"(?<![0-9])(?=([0-9]{{12}}|[0-9]{{4}}{_JOINT}[0-9]{{4}}{_JOINT}[0-9]{{4}})(?![0-9]))")
# What can turn into a run by NFKC: plain and full-width digits; or signs that hide digits (①, ², ㍘), which are rare.
_DIGIT, _OTHER = "[0-9０-９]", "[^0-9０-９\n]?"
_MAY_HOLD = re.compile(_OTHER.join([_DIGIT * 4] * 3))
_HIDDEN = re.compile(
    "[²³¹¼-¾⁰⁴-⁹₀-₉⅐-⅟↉①-⒛⓪㉑-㉟㊱-㋋㍘-㍰㍸㍹㎟-㎦㎨㎯㏠-㏾\U0001d7ce-\U0001d7ff\U0001f100-\U0001f10a\U0001fbf0-\U0001fbf9]"
)
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def held_in(cells: Sequence[str]) -> bool:
    """Whether any cell holds a number that passes the check digit. Cells may hold line breaks."""
    # Two searches rule out almost every record; to normalise each takes six times as long.
    return suspect(cells) and any(passes(run) for cell in cells for run in _runs(cell))


def mask(cell: str) -> str:
    """The cell with every run of twelve digits struck out, whether or not it passes the check digit."""
    if not suspect([cell]):
        return cell
    plain = unicodedata.normalize("NFKC", cell)
    for run in set(_runs(plain)):
        plain = plain.replace(run, "*" * len(run))
    return plain if "*" in plain else cell


def passes(run: str) -> bool:
    """The check digit of 番号法施行令8条, 総務省令85号5条, over twelve digits with or without signs between."""
    digits = [int(sign) for sign in run if sign in "0123456789"]
    rest = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return digits[-1] == (11 - rest if rest > 1 else 0)


def suspect(cells: Sequence[str]) -> bool:
    """False where surely no cell holds a run of twelve digits."""
    long = [cell for cell in cells if len(cell) >= 12]
    return bool((long and _MAY_HOLD.search("\n".join(long))) or _HIDDEN.search("\n".join(cells)))


def _runs(cell: str) -> Iterator[str]:
    return (match[1] for match in _RUN.finditer(unicodedata.normalize("NFKC", cell)))
