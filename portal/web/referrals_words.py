"""A deadline in words: how much is left, or by how much it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """`label`: which deadline; `left`: あと2時間, 3日超過; `tone` of the badge."""

    label: str
    at: datetime
    left: str
    tone: str


def clock(label: str, at: datetime, now: datetime) -> Clock:
    """Overdue is danger; the last two hours warn."""
    left = at - now
    if left < timedelta(0):
        return Clock(label, at, gettext("%(span)s超過", span=_span(-left)), "danger")
    return Clock(label, at, gettext("あと%(span)s", span=_span(left)), "warn" if left <= 2 * HOUR else "neutral")


def _span(length: timedelta) -> str:
    """One unit, rounded down: a deadline never seems further away than it is."""
    if length >= DAY:
        return ngettext("%(num)s日", "%(num)s日", length // DAY)
    if length >= HOUR:
        return ngettext("%(num)s時間", "%(num)s時間", length // HOUR)
    return ngettext("%(num)s分", "%(num)s分", length // timedelta(minutes=1))
