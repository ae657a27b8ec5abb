"""Calls and letters, as they happened."""

import uuid
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import By, Id, of_case


class Attempt(db.Model):
    """`open` while the line is up; `breach` (基準外) is set by the database, never by whoever writes the row.

    `next_from`: the hour of a callback asked for, on `next_on`; with `next_until`, the hours the person named (JST).
    `stops`: what was heard stops all collection contact with the person (a complaint, a lawyer's notice): a hold.
    """

    __tablename__ = "attempt"
    id: Mapped[Id]
    org_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID]
    by_id: Mapped[By]
    at: Mapped[datetime]
    channel: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'done'::text"))
    number: Mapped[str | None]
    result: Mapped[str | None]
    outcome: Mapped[str | None]
    identified: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    note: Mapped[str | None]
    next_on: Mapped[date | None]
    next_from: Mapped[time | None]
    next_until: Mapped[time | None]
    stops: Mapped[bool] = mapped_column(server_default=text("false"))
    letter_kind: Mapped[str | None]
    address: Mapped[str | None]
    returned_on: Mapped[date | None]
    returned_reason: Mapped[str | None]
    verdict: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    breach: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (
        of_case(),
        CheckConstraint("channel in ('call', 'incoming', 'letter')", name="channel_known"),
        CheckConstraint("state in ('open', 'done')", name="state_known"),
        CheckConstraint("verdict in ('yes', 'soft', 'no')", name="verdict_known"),
        CheckConstraint("channel <> 'letter' or letter_kind is not null", name="letter_has_kind"),
        CheckConstraint("(returned_on is null) = (returned_reason is null)", name="returned_with_reason"),
        Index("attempt_case", "case_id", "at"),
        Index("attempt_day", "org_id", "at"),
        Index("attempt_breach", "at", "id", postgresql_where=text("breach")),
        Index("attempt_one_line", "by_id", unique=True, postgresql_where=text("state = 'open'")),
        {"schema": "shared"},
    )


class Receipt(db.Model):
    """What the contact rule saw and said. Partners write it; only the auditor reads it."""

    __tablename__ = "receipt"
    id: Mapped[Id]
    org_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID]
    by_id: Mapped[By]
    at: Mapped[datetime]
    rule: Mapped[str]
    facts: Mapped[str]
    verdict: Mapped[str]
    reasons: Mapped[list[str]]
    __table_args__ = (Index("receipt_case", "case_id", "at"), {"schema": "city"})
