"""One human being under several numbers: the proposals, what joined them, who else is concerned, what is marked by hand."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import By, Id, MaybeBy, MaybeSortable

LIVE = text("ended_at is null")


class Match(db.Model):
    """名寄せ: two persons who may be one. The system proposes, the desk decides, and a joining can be undone.

    Joining moves everything of `other_id` to `kept_id`; `moved` are the rows that moved, so that undoing finds them.
    `score`: 0 to 100; `reasons`: codes of rules/matches. `by_id`: who proposed by hand; null: the system.
    """

    __tablename__ = "match"
    id: Mapped[Id]
    # a person goes only when the load that brought it is undone, and then what the system proposed goes too
    kept_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id", ondelete="CASCADE"))
    other_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[MaybeBy]
    score: Mapped[int]
    reasons: Mapped[list[str]]
    state: Mapped[str] = mapped_column(server_default=text("'proposed'::text"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[MaybeBy]
    note: Mapped[str | None]
    moved: Mapped[list[uuid.UUID]] = mapped_column(server_default=text("'{}'::uuid[]"))
    __table_args__ = (
        UniqueConstraint("kept_id", "other_id"),
        CheckConstraint("kept_id <> other_id", name="two_persons"),
        CheckConstraint("score between 0 and 100", name="score_possible"),
        CheckConstraint("state in ('proposed', 'joined', 'apart', 'undone')", name="state_known"),
        CheckConstraint("(state = 'proposed') = (decided_by is null)", name="decided_by_somebody"),
        Index("match_waiting", text("score desc"), "id", postgresql_where=text("state = 'proposed'")),
        {"schema": "city"},
    )


class Related(db.Model):
    """関係者 of a debtor: guarantor, heir, representative, mailing address; each may be under protection of its own.

    `valid_until`: the last day, null: open. A protected one, and everyone of a protected debtor, keeps its key only.
    """

    __tablename__ = "related"
    id: Mapped[Id]
    debtor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.debtor.id"), index=True)
    relation: Mapped[str]
    name: Mapped[MaybeSortable]
    kana: Mapped[MaybeSortable]
    postcode: Mapped[str | None]
    address: Mapped[str | None]
    phone: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    protected: Mapped[bool] = mapped_column(server_default=text("false"))
    intake_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("city.intake.id"))
    by_id: Mapped[By]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("relation in ('guarantor', 'heir', 'representative', 'mailing')", name="relation_known"),
        CheckConstraint(
            "not protected or num_nonnulls(name, kana, postcode, address, phone) = 0", name="protected_keeps_keys_only"
        ),
        CheckConstraint("valid_from <= valid_until", name="dates_in_order"),
        {"schema": "city"},
    )


class Mark(db.Model):
    """A flag that the desk set by hand, with its reason; it counts like one of the ledger until it is ended."""

    __tablename__ = "mark"
    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id"))
    code: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[By]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[MaybeBy]
    end_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(
            "code in ('public_assistance', 'bankruptcy', 'represented', 'deceased', 'legal_incapacity', 'disputed',"
            " 'relief_pending', 'instalments_kept', 'collection_stopped')",
            name="code_known",
        ),
        CheckConstraint("num_nulls(ended_at, ended_by, end_reason) in (0, 3)", name="ended_by_somebody"),
        Index("one_live_mark", "person_id", "code", unique=True, postgresql_where=LIVE),
        {"schema": "city"},
    )
