"""What a partner holds: the case, the person as disclosed, the claims, and what stays when it goes."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import Id, Org, Sortable, Yen, of_case

OPEN = text("state = 'open' and held_at is null")
HELD = text("state = 'open' and held_at is not null")


class Casefile(db.Model):
    __tablename__ = "casefile"
    id: Mapped[Id]
    org_id: Mapped[Org]
    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.engagement.id"))
    number: Mapped[Sortable]
    state: Mapped[str] = mapped_column(server_default=text("'open'::text"))
    held_at: Mapped[datetime | None]
    placed_on: Mapped[date]
    balance: Mapped[Yen] = mapped_column(server_default=text("0"))
    claims: Mapped[int] = mapped_column(server_default=text("0"))
    oldest_due: Mapped[date | None]
    paid_through: Mapped[date]
    has_phone: Mapped[bool]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    last_at: Mapped[datetime | None]
    band: Mapped[int] = mapped_column(SmallInteger, server_default=text("50"))
    reason: Mapped[str] = mapped_column(server_default=text("'ordinary'::text"))
    next_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    leased_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("shared.account.id"))
    leased_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        UniqueConstraint("id", "org_id"),
        UniqueConstraint("engagement_id", "number"),
        CheckConstraint("state in ('open', 'returned', 'closed', 'recalled')", name="state_known"),
        CheckConstraint("balance >= 0", name="balance_not_negative"),
        Index(
            "casefile_worklist",
            "org_id",
            "band",
            "next_at",
            "id",
            postgresql_where=OPEN,
            postgresql_include=["balance"],
        ),
        Index("casefile_later", "org_id", "next_at", "id", postgresql_where=OPEN, postgresql_include=["band"]),
        Index("casefile_held", "org_id", "band", "next_at", "id", postgresql_where=HELD),
        Index("casefile_of_org", "org_id", "id"),
        Index("casefile_leased", "leased_by", postgresql_where=text("leased_by is not null")),
        {"schema": "shared"},
    )


class Contactee(db.Model):
    """The person as disclosed to the partner: the erasable part."""

    __tablename__ = "contactee"
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    org_id: Mapped[uuid.UUID]
    name: Mapped[str]
    kana: Mapped[Sortable]
    birth: Mapped[date | None]
    sex: Mapped[str | None]
    postcode: Mapped[str | None]
    address: Mapped[str | None]
    building: Mapped[str | None]
    phone1: Mapped[str | None]
    phone2: Mapped[str | None]
    care: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    __table_args__ = (of_case(), Index("contactee_kana", "org_id", "kana"), {"schema": "shared"})


class Claim(db.Model):
    """One court-route claim as disclosed. What the partner must know to answer 「何の代金ですか」.

    `added_on`, `changed_on`: by a monthly difference (月次差分), after the hand-over. A withdrawn one has gone back to the
    city: its partner sees it no more.
    """

    __tablename__ = "claim"
    id: Mapped[Id]
    org_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind_code: Mapped[str]
    kind_name: Mapped[str]
    class_: Mapped[str] = mapped_column("class")
    legal_basis: Mapped[str]
    fiscal_year: Mapped[str | None]
    instalment: Mapped[str | None]
    notice_no: Mapped[str | None]
    summary: Mapped[str | None]
    assessed: Mapped[Yen]
    late_charge: Mapped[Yen] = mapped_column(server_default=text("0"))
    demand_fee: Mapped[Yen] = mapped_column(server_default=text("0"))
    balance: Mapped[Yen]
    due_on: Mapped[date]
    last_day: Mapped[date | None]
    added_on: Mapped[date | None]
    changed_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    __table_args__ = (of_case(), {"schema": "shared"})


class ClaimEvent(db.Model):
    """What moves the limitation of a claim; disclosed to law teams only."""

    __tablename__ = "claim_event"
    id: Mapped[Id]
    org_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.claim.id"))
    kind: Mapped[str]
    happened_on: Mapped[date]
    __table_args__ = (
        of_case(),
        CheckConstraint("kind in ('demand', 'acknowledgement', 'judgment')", name="kind_known"),
        {"schema": "shared"},
    )


class Tombstone(db.Model):
    """What a partner keeps of a case that left: number, date, outcome, and no person in it."""

    __tablename__ = "tombstone"
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    org_id: Mapped[Org]
    number: Mapped[Sortable]
    ended_at: Mapped[datetime]
    outcome: Mapped[str]
    __table_args__ = (
        CheckConstraint("outcome in ('returned', 'recalled', 'closed')", name="outcome_known"),
        Index("tombstone_of_org", "org_id", "ended_at", "case_id"),
        {"schema": "shared"},
    )
