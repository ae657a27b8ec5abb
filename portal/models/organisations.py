"""Who takes part: the city, its partners, the contracts with them, the named people."""

from datetime import date, time

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import Id, Org

FOREVER = text("'9999-12-31'::date")


class Organisation(db.Model):
    __tablename__ = "organisation"
    id: Mapped[Id]
    kind: Mapped[str]
    name: Mapped[str]
    active_from: Mapped[date]
    active_until: Mapped[date] = mapped_column(server_default=FOREVER, deferred=True)
    __table_args__ = (
        CheckConstraint("kind in ('city', 'call_centre', 'servicer', 'law_team')", name="kind_known"),
        Index("one_city", text("(true)"), unique=True, postgresql_where=text("kind = 'city'")),
        {"schema": "shared"},
    )


class Engagement(db.Model):
    """A contract (委託契約) and the hours it allows for calls, JST. `conflict_check`: names are looked up before any hand-over.

    `numbered`: the last case number given out under it.
    """

    __tablename__ = "engagement"
    id: Mapped[Id]
    org_id: Mapped[Org]
    title: Mapped[str]
    contract_no: Mapped[str]
    starts: Mapped[date]
    ends: Mapped[date]
    weekday_from: Mapped[time] = mapped_column(server_default=text("'09:00'::time without time zone"))
    weekday_until: Mapped[time] = mapped_column(server_default=text("'20:00'::time without time zone"))
    weekend_from: Mapped[time] = mapped_column(server_default=text("'09:00'::time without time zone"))
    weekend_until: Mapped[time] = mapped_column(server_default=text("'17:00'::time without time zone"))
    conflict_check: Mapped[bool] = mapped_column(server_default=text("false"))
    numbered: Mapped[int] = mapped_column(server_default=text("0"), deferred=True)
    __table_args__ = (
        UniqueConstraint("id", "org_id"),
        CheckConstraint("starts <= ends", name="dates_in_order"),
        CheckConstraint(
            "weekday_from >= '08:00' and weekday_until <= '21:00' and weekend_from >= '08:00'"
            " and weekend_until <= '21:00'",
            name="inside_the_lawful_day",
        ),
        {"schema": "shared"},
    )


class Account(db.Model):
    """A named person (従事者); nobody shares an account."""

    __tablename__ = "account"
    id: Mapped[Id]
    org_id: Mapped[Org] = mapped_column(index=True)
    role: Mapped[str]
    name: Mapped[str]
    employer: Mapped[str | None] = mapped_column(deferred=True)
    tier: Mapped[str] = mapped_column(server_default=text("'direct'::text"), deferred=True)
    starts: Mapped[date] = mapped_column(deferred=True)
    ends: Mapped[date] = mapped_column(server_default=FOREVER, deferred=True)
    __table_args__ = (
        UniqueConstraint("id", "org_id"),
        CheckConstraint(
            "role in ('agent', 'supervisor', 'lawyer', 'desk', 'welfare', 'auditor', 'admin', 'nightly')",
            name="role_known",
        ),
        CheckConstraint("tier in ('direct', 'dispatched', 'subcontracted')", name="tier_known"),
        {"schema": "shared"},
    )


class Setting(db.Model):
    """A dated value of the city. `audience` says whether partner roles may read it."""

    __tablename__ = "setting"
    id: Mapped[Id]
    name: Mapped[str]
    valid_from: Mapped[date]
    value: Mapped[str]
    audience: Mapped[str]
    __table_args__ = (
        UniqueConstraint("name", "valid_from"),
        CheckConstraint("audience in ('all', 'city')", name="audience_known"),
        {"schema": "shared"},
    )
