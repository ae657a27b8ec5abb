"""Handing a person in hardship to the city's welfare staff."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import By, Id, MaybeBy, of_case


class Referral(db.Model):
    """福祉へのつなぎシート. What the partner wrote, and of the answer only receipt and the bare outcome."""

    __tablename__ = "referral"
    id: Mapped[Id]
    org_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    by_id: Mapped[By]
    at: Mapped[datetime]
    noticed_by: Mapped[str]
    urgency: Mapped[str]
    boxes: Mapped[list[str]]
    worst: Mapped[str | None]
    words: Mapped[str]
    consent: Mapped[str]
    consent_scope: Mapped[str | None]
    safe_times: Mapped[str | None]
    safe_phone: Mapped[str | None]
    voicemail_ok: Mapped[bool] = mapped_column(server_default=text("false"))
    received_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    __table_args__ = (
        of_case(),
        CheckConstraint("urgency in ('emergency', 'high', 'medium')", name="urgency_known"),
        CheckConstraint("consent in ('none', 'oral', 'written')", name="consent_known"),
        CheckConstraint("noticed_by in ('call', 'letter', 'consultation')", name="noticed_known"),
        CheckConstraint("cardinality(boxes) > 0", name="some_box"),
        CheckConstraint("outcome in ('working', 'resumed', 'withdrawn')", name="outcome_known"),
        Index("referral_new", "urgency", "at", "id", postgresql_where=text("received_at is null")),
        {"schema": "shared"},
    )


class Care(db.Model):
    """Welfare's side of a referral: its state is the city's business."""

    __tablename__ = "care"
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.referral.id"), primary_key=True)
    state: Mapped[str]
    received_at: Mapped[datetime]
    received_by: Mapped[By]
    acknowledge_by: Mapped[datetime]
    answer_by: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[MaybeBy]
    decline_reason: Mapped[str | None]
    stage: Mapped[str | None]
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state in ('received', 'accepted', 'declined', 'closed')", name="state_known"),
        CheckConstraint("(state = 'declined') = (decline_reason is not null)", name="declined_with_reason"),
        Index("care_state", "state", "answer_by", "referral_id"),
        {"schema": "city"},
    )


class Assessment(db.Model):
    """What welfare staff did and found. No partner role has any right here."""

    __tablename__ = "assessment"
    id: Mapped[Id]
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.referral.id"), index=True)
    by_id: Mapped[By]
    at: Mapped[datetime]
    kind: Mapped[str]
    body: Mapped[str]
    __table_args__ = (
        CheckConstraint("kind in ('contact', 'assessment', 'stage', 'outcome')", name="kind_known"),
        {"schema": "city"},
    )
