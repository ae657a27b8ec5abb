"""A period in an address: `from` and `until`, days of Japan, both included."""

from datetime import date, timedelta
from typing import Any

import flask
from flask_babel import gettext as _

from portal.access import scope
from portal.actions.audits import Period
from portal.clock import day_of


def asked(days: int) -> Period:
    """What the address asks for; else the last `days` days. What an address carries may be anything."""
    last = _day("until") or day_of(scope.now())
    first = _day("from") or last - timedelta(days=days - 1)
    return Period(min(first, last), max(first, last))


def _day(name: str) -> date | None:
    """None too for a day at either end of the calendar, from which no period can be counted."""
    try:
        found = date.fromisoformat(flask.request.args.get(name, ""))
    except ValueError:
        return None
    return found if date.min.year < found.year < date.max.year else None


def presets() -> list[tuple[str, str, bool]]:
    """(label, address, is it this one) for ui.presets. The fiscal year (会計年度) begins in April: 地方自治法208条."""
    today = day_of(scope.now())
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    year = date(today.year - (today.month < 4), 4, 1)
    spans = (
        (_("今月"), month, today),
        (_("先月"), before, month - timedelta(days=1)),
        (_("今年度"), year, today),
        (_("前年度"), year.replace(year=year.year - 1), year - timedelta(days=1)),
    )
    return [_preset(label, first.isoformat(), last.isoformat()) for label, first, last in spans]


def _preset(label: str, first: str, last: str) -> tuple[str, str, bool]:
    args = flask.request.args
    kept: dict[str, Any] = {
        key: value for key, value in args.items() if key not in ("after", "before", "from", "until")
    }
    kept |= {"from": first, "until": last}
    address = flask.url_for(flask.request.endpoint or "", **(flask.request.view_args or {}), **kept)
    return label, address, (args.get("from"), args.get("until")) == (first, last)
