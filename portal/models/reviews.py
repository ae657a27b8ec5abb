"""A law team's judgement on a file, and the desk's answer to it."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.casefiles import Casefile, Claim, Contactee
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


_reviews = select(Review.state).where(Review.case_id == Casefile.id)
_latest = _reviews.order_by(Review.at.desc(), Review.id.desc()).limit(1)
_last = select(func.min(Claim.last_day)).where(Claim.case_id == Casefile.id).scalar_subquery()
NEVER = date(9999, 12, 31)


class Docket(db.Model):
    """An open file with its last review and the nearest last day of its claims: a query for lists, not a table.

    `state`: open, decided, accepted, sent_back. `last_day`: NEVER where no claim has one.
    """

    __table__ = (
        select(
            Casefile.id,
            Casefile.number,
            Casefile.balance,
            Casefile.claims,
            Casefile.held_at,
            Contactee.name,
            Contactee.kana,
            func.coalesce(_last, NEVER).label("last_day"),
            func.coalesce(_latest.scalar_subquery(), "open").label("state"),
            _latest.with_only_columns(Review.decision).scalar_subquery().label("decision"),
        )
        .outerjoin(Contactee, Contactee.case_id == Casefile.id)
        .where(Casefile.state == "open")
        .subquery("docket")
    )
    __mapper_args__ = {"primary_key": [__table__.c.id]}
