"""A partner gives a case back (市へ返却)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import By, Id, MaybeBy, of_case


class Return(db.Model):
    __tablename__ = "return"
    id: Mapped[Id]
    org_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    by_id: Mapped[By]
    at: Mapped[datetime]
    reason: Mapped[str]
    note: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default=text("'sent'::text"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[MaybeBy]
    answer: Mapped[str | None]
    __table_args__ = (
        of_case(),
        CheckConstraint("state in ('sent', 'accepted', 'asked_back')", name="state_known"),
        Index("return_waiting", "at", "id", postgresql_where=text("state = 'sent'")),
        {"schema": "shared"},
    )
