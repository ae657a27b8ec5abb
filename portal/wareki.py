"""Days as a city writes them, in the calendar of eras (元号) or the Western one."""

import re
import unicodedata
from datetime import date

_WEEKDAYS = "月火水木金土日"
# Letter, number in host files, name, first and last day. The last day of Meiji and of Taishō is the first of the next.
_ERAS = (
    ("M", "1", "明治", date(1868, 1, 25), date(1912, 7, 30)),
    ("T", "2", "大正", date(1912, 7, 30), date(1926, 12, 25)),
    ("S", "3", "昭和", date(1926, 12, 25), date(1989, 1, 7)),
    ("H", "4", "平成", date(1989, 1, 8), date(2019, 4, 30)),
    ("R", "5", "令和", date(2019, 5, 1), date.max),
)
_ERA_OF = {sign: era for era in _ERAS for sign in era[:3]}
_WESTERN = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})"
    r"|([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"
    r"|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
)
_OF_ERA = re.compile(
    r"([1-5])([0-9]{2})([0-9]{2})([0-9]{2})"
    r"|([MTSHR])([0-9]{2}|元)([0-9]{2})([0-9]{2})"
    r"|([MTSHR])([0-9]{1,2}|元)\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|(明治|大正|昭和|平成|令和)([0-9]{1,2}|元)年([0-9]{1,2})月([0-9]{1,2})日"
)


def parse(text: str) -> date:
    """Read a day, after NFKC: `20250531`, `2025/5/31`, `2025-05-31`, `R070531`, `5070531`, `R7.5.31`, `令和元年5月1日`.

    Era letters in either case, 元 for the first year after a name or a letter. These forms and no others: a form
    nobody named (`2025.5.31`) may mean another day to its writer. The days on which Meiji and Taishō ended belong to
    both eras.
    ValueError: another form, or a day that never was (平成40年, 平成31年5月1日, 2月31日).
    """
    day = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if western := _WESTERN.fullmatch(day):
        return date(*(int(part) for part in western.groups() if part))
    if not (of_era := _OF_ERA.fullmatch(day.upper())):
        raise ValueError("no form of a day that is known")
    sign, *numbers = (part for part in of_era.groups() if part)
    return _in_era(sign, *(1 if part == "元" else int(part) for part in numbers))


def _in_era(sign: str, year: int, month: int, day: int) -> date:
    _, _, _, first, last = _ERA_OF[sign]
    found = date(first.year + year - 1, month, day)
    if not first <= found <= last:
        raise ValueError("outside the era")
    return found


def format(day: date) -> str:
    """令和8年11月23日（月）; a first year is 元年. Before Meiji the Western year stands."""
    return f"{_year(day)}{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"


def fiscal(year: int) -> str:
    """令和5年度 of 2023. 2019 is 令和元年度 throughout, as the Cabinet named its budget (閣議決定 2019-04-02)."""
    return f"{_year(date(year, 5, 1))}度"


def _year(day: date) -> str:
    for _, _, name, first, _ in reversed(_ERAS):
        if day >= first:
            nth = day.year - first.year + 1
            return f"{name}{'元' if nth == 1 else nth}年"
    return f"{day.year}年"
