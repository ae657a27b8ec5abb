"""A ledger file on its way in: checked first, loaded on the desk's word."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import By, Id, Org, Yen


class Intake(db.Model):
    """`totals`: what rules.intake.Totals.as_json says, [count, yen] each; `loadable`; after the load `loaded`."""

    __tablename__ = "intake"
    id: Mapped[Id]
    org_id: Mapped[Org]
    by_id: Mapped[By]
    at: Mapped[datetime]
    file_name: Mapped[str]
    sha256: Mapped[str]
    source: Mapped[str]
    as_of: Mapped[date]
    whole: Mapped[bool]
    state: Mapped[str]
    trouble: Mapped[str | None]
    encoding: Mapped[str | None]
    lines: Mapped[int] = mapped_column(server_default=text("0"))
    totals: Mapped[dict | None] = mapped_column(JSONB)
    ticket_id: Mapped[uuid.UUID | None]
    checked_at: Mapped[datetime | None]
    loaded_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(
            "state in ('uploaded', 'checked', 'loading', 'loaded', 'cancelled', 'unreadable')", name="state_known"
        ),
        Index("intake_recent", "at", "id"),
        {"schema": "city"},
    )


class IntakeLine(db.Model):
    """The verdict of one record: its line and the reasons, no person; of a refused one not even the amount."""

    __tablename__ = "intake_line"
    intake_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    verdict: Mapped[str]
    reasons: Mapped[list[str]]
    warnings: Mapped[list[str]]
    kind_code: Mapped[str | None]
    balance: Mapped[Yen | None]
    __table_args__ = (
        CheckConstraint(
            "verdict not in ('refused', 'rejected') or (kind_code is null and balance is null)",
            name="refused_keeps_nothing",
        ),
        Index("intake_line_verdict", "intake_id", "verdict", "line"),
        {"schema": "city"},
    )


class Progress(db.Model):
    """How far a ticket's job has come, in its own row, so that it is seen while the job's transaction is open."""

    __tablename__ = "progress"
    ticket_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    done: Mapped[int]
    total: Mapped[int]
    __table_args__ = ({"schema": "access"},)


class Ticket(db.Model):
    """A job that must happen. Pushed to the queue after commit; the row, not the queue, is the truth."""

    __tablename__ = "outbox"
    id: Mapped[Id]
    org_id: Mapped[Org]
    account_id: Mapped[By]
    action: Mapped[str]
    args: Mapped[dict] = mapped_column(JSONB)
    at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(server_default=text("(clock_timestamp() + '00:00:30'::interval)"))
    done_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    error: Mapped[str | None]
    __table_args__ = (
        Index("outbox_due", "next_at", "id", postgresql_where=text("done_at is null")),
        {"schema": "access"},
    )
