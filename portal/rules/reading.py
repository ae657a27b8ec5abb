"""Strict reading of a question given as JSON: an unknown key or value is an error that names it, never a default."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from portal.clock import hour_of, in_japan

YEARS = range(1900, 2200)


def fields(
    given: Any, required: Iterable[str] = (), optional: Iterable[str] = (), name: str = "質問"
) -> dict[str, Any]:
    """`given` itself, once it is an object with every required key and no key that nobody reads."""
    if not isinstance(given, dict):
        raise ValueError(f"{name}は{{…}}の形で書きます")
    required = tuple(required)
    for key in required:
        if key not in given:
            raise ValueError(f"{name}に{key}がありません")
    unknown = sorted(given.keys() - {*required, *optional})
    if unknown:
        raise ValueError(f"{name}に知らない項目があります: {', '.join(unknown)}")
    return given


def one_of(value: Any, allowed: Iterable[str], name: str) -> str:
    allowed = tuple(allowed)
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name}は{' '.join(allowed)}のどれかです: {value}")
    return value


def many(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{name}は[…]の形で書きます")
    return value


def text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name}は空でない文字列です")
    return value


def flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name}はtrueかfalseです: {value}")
    return value


def count(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1_000_000_000_000:
        raise ValueError(f"{name}は0以上の整数です: {value}")
    return value


def instant(value: Any, name: str) -> datetime:
    """ISO 8601 with its offset, as an instant on Tokyo's clock."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"{name}は日時（2026-11-25T14:10:00+09:00の形）です: {value}") from None
    _plausible(moment, name)
    return in_japan(moment)


def day(value: Any, name: str) -> date:
    try:
        found = date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        raise ValueError(f"{name}は日付（2026-11-25の形）です: {value}") from None
    _plausible(found, name)
    return found


def span(value: Any, name: str) -> tuple[time, time]:
    """["HH:MM", "HH:MM"]: from the first up to, not including, the second."""
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value)):
        raise ValueError(f'{name}は["09:00","20:00"]の形です: {value}')
    start, end = hour_of(value[0]), hour_of(value[1])
    if start >= end:
        raise ValueError(f"{name}の終わりが始まりより前です: {value}")
    return start, end


def _plausible(found: date, name: str) -> None:
    if found.year not in YEARS:
        raise ValueError(f"{name}の年が{YEARS.start}〜{YEARS.stop - 1}にありません: {found.isoformat()}")
