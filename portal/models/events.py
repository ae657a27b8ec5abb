"""The trail. Application roles read it (auditors) or cause it (everybody); only the recorder writes."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db


class Event(db.Model):
    """`verb`: insert, update, delete, read, refuse; `ids`: the rows; `cases`: the files they belong to."""

    __tablename__ = "event"
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    tree_org: Mapped[uuid.UUID | None]
    actor_id: Mapped[uuid.UUID | None]
    actor_org: Mapped[uuid.UUID | None]
    actor_role: Mapped[str]
    login: Mapped[str]
    action: Mapped[str]
    noun: Mapped[str]
    verb: Mapped[str]
    ids: Mapped[list[uuid.UUID]]
    cases: Mapped[list[uuid.UUID]] = mapped_column(server_default=text("'{}'::uuid[]"))
    columns: Mapped[list[str] | None]
    __table_args__ = (
        Index("event_ids", "ids", postgresql_using="gin"),
        Index("event_cases", "cases", postgresql_using="gin"),
        Index("event_actor", "actor_id", "at"),
        Index("event_org", "actor_org", "at"),
        Index("event_at", "at", "seq"),
        {"schema": "audit"},
    )
