"""A law team's judgement on a file, and the desk's answer to it."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import By, Id, MaybeBy, of_case


class Review(db.Model):
    __tablename__ = "review"
    id: Mapped[Id]
    org_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    by_id: Mapped[By]
    at: Mapped[datetime]
    decision: Mapped[str]
    reasons: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'decided'::text"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[MaybeBy]
    answer: Mapped[str | None]
    __table_args__ = (
        of_case(),
        CheckConstraint(
            "decision in ('payment_order', 'lawsuit', 'negotiate', 'stop_collection', 'welfare', 'inquire', 'return')",
            name="decision_known",
        ),
        CheckConstraint("state in ('decided', 'accepted', 'sent_back')", name="state_known"),
        Index("review_waiting", "at", "id", postgresql_where=text("state = 'decided'")),
        {"schema": "shared"},
    )
