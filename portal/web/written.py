"""Money, days and moments, as the language of the request writes them."""

import re
from functools import lru_cache
from typing import Any

from flask_babel import format_date

from portal import clock, money, wareki
from portal.web.language import language


def yen(amount: Any) -> str:
    """1,234円, or ¥1,234 in English."""
    if amount is None:
        return "—"
    return f"¥{int(amount):,}" if language() == "en" else money.format(int(amount))


def day(value: Any) -> str:
    """令和8年11月23日（月）, or Mon 23 Nov 2026 in English."""
    return "—" if value is None else _day(language(), value)


def moment(value: Any) -> str:
    """The day and 14:10, Tokyo; a bare day stays a day."""
    if value is None or not hasattr(value, "hour"):
        return day(value)
    local = clock.in_japan(value)
    return f"{day(local.date())}{' ' if language() == 'en' else ''}{local.hour:02d}:{local.minute:02d}"


def fiscal(year: str | None) -> str:
    """令和5年度 of 2023, or FY2023 in English; what is no Western year stands as the ledger wrote it."""
    if not year or not re.fullmatch("[12][0-9]{3}", year):
        return year or "—"
    return f"FY{year}" if language() == "en" else wareki.fiscal(int(year))


def iso(value: Any) -> str:
    return clock.in_japan(value).isoformat(timespec="seconds") if hasattr(value, "hour") else value.isoformat()


@lru_cache(maxsize=4096)  # pages show the same few days again and again
def _day(spoken: str, value: Any) -> str:
    return format_date(value, "EEE d MMM y", rebase=False) if spoken == "en" else wareki.format(value)
