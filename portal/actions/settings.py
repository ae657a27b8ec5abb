"""Dated values of the city (CFG): the newest that is valid on a day, else what the code proposes."""

from datetime import date

from sqlalchemy import select

from portal.db import db
from portal.models.organisations import Setting


def number(name: str, day: date, default: int) -> int:
    """A whole number; what is stored and is none counts as not set."""
    valid = select(Setting.value).where(Setting.name == name, Setting.valid_from <= day)
    value = db.session.scalar(valid.order_by(Setting.valid_from.desc()).limit(1))
    return int(value) if value and value.isascii() and value.isdecimal() else default
