"""The city's links: which claim of whom went to which partner, on whose decision, and what that told the partner."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import By, Id, MaybeBy, Org, Yen

LIVE = text("ended_at is null")


class Entrustment(db.Model):
    """One decision to place (起案番号・決裁日), made in the city's own document system; or to follow the ledger (月次差分).

    `no_notice`: why nobody was told by letter first, where the city demands a 委託予告.
    """

    __tablename__ = "entrustment"
    id: Mapped[Id]
    engagement_id: Mapped[uuid.UUID]
    org_id: Mapped[Org]
    by_id: Mapped[By]
    at: Mapped[datetime]
    decision_no: Mapped[str]
    decided_on: Mapped[date]
    beside: Mapped[bool] = mapped_column(server_default=text("false"))
    kind: Mapped[str] = mapped_column(server_default=text("'placement'::text"))
    plan_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("city.plan.id"))
    no_notice: Mapped[str | None]
    cases: Mapped[int]
    claims: Mapped[int]
    total: Mapped[Yen]
    __table_args__ = (
        ForeignKeyConstraint(["engagement_id", "org_id"], ["shared.engagement.id", "shared.engagement.org_id"]),
        CheckConstraint("kind in ('placement', 'difference')", name="kind_known"),
        Index("entrustment_recent", "at", "id"),
        {"schema": "city"},
    )


class Placement(db.Model):
    """`org_id` is the partner it was placed with, for ever; `lane` keeps one person with one partner at a time."""

    __tablename__ = "placement"
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.casefile.id"), primary_key=True)
    org_id: Mapped[Org]
    engagement_id: Mapped[uuid.UUID]
    entrustment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.entrustment.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id"), index=True)
    lane: Mapped[str] = mapped_column(server_default=text("'sole'::text"))
    placed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    __table_args__ = (
        ForeignKeyConstraint(["engagement_id", "org_id"], ["shared.engagement.id", "shared.engagement.org_id"]),
        CheckConstraint("lane in ('sole', 'beside')", name="lane_known"),
        CheckConstraint("(ended_at is null) = (end_reason is null)", name="ended_with_reason"),
        Index("one_live_case_per_person", "person_id", "lane", unique=True, postgresql_where=LIVE),
        Index("placement_of_partner", "org_id", "placed_at", "case_id"),
        {"schema": "city"},
    )


class PlacementLine(db.Model):
    __tablename__ = "placement_line"
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.claim.id"), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.placement.case_id"), index=True)
    receivable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.receivable.id"), index=True)
    lane: Mapped[str] = mapped_column(server_default=text("'sole'::text"))
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("one_live_line_per_claim", "receivable_id", "lane", unique=True, postgresql_where=LIVE),
        {"schema": "city"},
    )


class Disclosure(db.Model):
    """外部提供記録: what of this person was given to whom, when, on which ground."""

    __tablename__ = "disclosure"
    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id"))
    case_id: Mapped[uuid.UUID | None]
    org_id: Mapped[Org]
    by_id: Mapped[By]
    at: Mapped[datetime]
    ground: Mapped[str]
    decision_no: Mapped[str]
    fields: Mapped[list[str]]
    receivables: Mapped[list[uuid.UUID]]
    __table_args__ = (
        Index("disclosure_person", "person_id", "at"),
        Index("disclosure_recent", "at", "id"),
        {"schema": "city"},
    )


class Hold(db.Model):
    """Collection contact with a person is stopped (連絡停止): who asked, since when, lifted by whom."""

    __tablename__ = "hold"
    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id"))
    kind: Mapped[str]
    source_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    source_org: Mapped[Org]
    by_id: Mapped[By]
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[MaybeBy]
    lift_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(
            "kind in ('referral', 'return', 'attempt', 'protection', 'desk', 'movement', 'mark')", name="kind_known"
        ),
        CheckConstraint("(lifted_at is null) = (lifted_by is null)", name="lifted_by_somebody"),
        Index("hold_person", "person_id", "at"),
        Index("hold_live", "person_id", postgresql_where=text("lifted_at is null")),
        {"schema": "city"},
    )


class Approval(db.Model):
    """A second person's word (二人確認): who asked, who approved, never the same account."""

    __tablename__ = "approval"
    id: Mapped[Id]
    action: Mapped[str]
    noun_id: Mapped[uuid.UUID]
    reason: Mapped[str]
    asked_by: Mapped[By]
    asked_at: Mapped[datetime]
    decided_by: Mapped[MaybeBy]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    used_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("decided_by <> asked_by", name="never_the_same_account"),
        CheckConstraint("decision in ('approved', 'refused')", name="decision_known"),
        CheckConstraint(
            "num_nulls(decided_by, decided_at, decision) in (0, 3)", name="decided_by_somebody_at_some_time"
        ),
        CheckConstraint("used_at is null or decision = 'approved'", name="used_only_when_approved"),
        Index("approval_waiting", "asked_at", "id", postgresql_where=text("decision is null")),
        {"schema": "city"},
    )
