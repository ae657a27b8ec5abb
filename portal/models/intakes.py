"""A ledger file on its way in: checked first, loaded on the desk's word."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import By, Id, MaybeBy, Org, Yen


class Mapping(db.Model):
    """How one source names its columns and kinds: {our column: its heading}, {its code: our code}. The newest counts."""

    __tablename__ = "mapping"
    id: Mapped[Id]
    by_id: Mapped[By]
    at: Mapped[datetime]
    source: Mapped[str]
    headings: Mapped[dict] = mapped_column(JSONB)
    kinds: Mapped[dict] = mapped_column(JSONB)
    __table_args__ = (Index("mapping_newest", "source", "at", "id"), {"schema": "city"})


class Intake(db.Model):
    """`totals`: what rules.intake.Totals.as_json says, [count, yen] each; `loadable`; after the load `loaded`.

    `profile`: the ledger, or the file of related people (関係者); `kinds`: the kinds a whole extract covers, all if empty.
    """

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
    profile: Mapped[str] = mapped_column(server_default=text("'ledger'::text"))
    kinds: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    mapping_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("city.mapping.id"))
    state: Mapped[str]
    trouble: Mapped[str | None]
    encoding: Mapped[str | None]
    lines: Mapped[int] = mapped_column(server_default=text("0"))
    totals: Mapped[dict | None] = mapped_column(JSONB)
    ticket_id: Mapped[uuid.UUID | None]
    checked_at: Mapped[datetime | None]
    loaded_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[MaybeBy]
    __table_args__ = (
        CheckConstraint(
            "state in ('uploaded', 'unmapped', 'checked', 'loading', 'stopped', 'loaded', 'undoing', 'undone', 'cancelled',"
            " 'unreadable')",
            name="state_known",
        ),
        CheckConstraint("profile in ('ledger', 'related')", name="profile_known"),
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


class LoadImage(db.Model):
    """How a row stood before a load changed it; `before` null: the load made it. What an undo puts back."""

    __tablename__ = "load_image"
    intake_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.intake.id"), primary_key=True)
    row_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    noun: Mapped[str]
    before: Mapped[dict | None] = mapped_column(JSONB)
    __table_args__ = (
        CheckConstraint("noun in ('debtor', 'receivable', 'receivable_event', 'related')", name="noun_known"),
        {"schema": "city"},
    )


class Movement(db.Model):
    """異動: what a load says of a stored claim that the desk must see, and what followed by itself.

    `code`: vanished, unprotected, rejected, refused, or the reason code of the new verdict. `effect`: what was done at
    once; a listed one waits for the desk's `decision`.
    """

    __tablename__ = "movement"
    id: Mapped[Id]
    intake_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.intake.id"))
    receivable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.receivable.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id"), index=True)
    case_id: Mapped[uuid.UUID | None]
    code: Mapped[str]
    effect: Mapped[str]
    at: Mapped[datetime]
    decision: Mapped[str | None]
    note: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[MaybeBy]
    __table_args__ = (
        CheckConstraint("effect in ('none', 'recalled', 'closed', 'held', 'law_team', 'desk')", name="effect_known"),
        CheckConstraint("decision in ('kept', 'withdrawn', 'resumed', 'seen')", name="decision_known"),
        CheckConstraint("num_nulls(decided_by, decided_at, decision) in (0, 3)", name="decided_by_somebody"),
        Index("movement_of_intake", "intake_id", "code", "id"),
        Index("movement_waiting", "at", "id", postgresql_where=text("decision is null")),
        {"schema": "city"},
    )


class Progress(db.Model):
    """How far a ticket's job has come, in its own row, so that it is seen while the job's transaction is open."""

    __tablename__ = "progress"
    ticket_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    done: Mapped[int]
    total: Mapped[int]
    __table_args__ = ({"schema": "access"},)


class Daily(db.Model):
    """A daily job that was done for this day; its row and its work are one transaction, so twice is once."""

    __tablename__ = "daily"
    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    by_id: Mapped[By]
    done_at: Mapped[datetime]
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
