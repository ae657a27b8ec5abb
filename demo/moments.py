"""The demo's calendar: opened in April, the ledger in November, and it is ten past two on the 25th."""

from datetime import date, datetime

from portal.clock import JST

OPENING = datetime(2026, 4, 1, 9, 0, tzinfo=JST)
YEAR_END = date(2027, 3, 31)
NOW = datetime(2026, 11, 25, 14, 10, tzinfo=JST)
MORNING = NOW.replace(hour=8, minute=40)


def moment(words: str) -> datetime:
    """ "11-05 18:20" of 2026, JST."""
    return datetime.strptime(f"2026-{words}", "%Y-%m-%d %H:%M").replace(tzinfo=JST)
