"""What comes before a hand-over: who is meant for whom, the notice letter, and the law team's conflict check."""

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import By, Id, MaybeBy, Org, Sortable, Yen, of_case


class Plan(db.Model):
    """委託予定: the people a choice found, allotted to partners by rules, who get a notice letter (委託予告) first.

    `choice`, `rules`: as the desk gave them; `seed`: what chance was drawn from, so that it can be drawn again.
    """

    __tablename__ = "plan"
    id: Mapped[Id]
    by_id: Mapped[By]
    at: Mapped[datetime]
    title: Mapped[str]
    choice: Mapped[dict] = mapped_column(JSONB)
    rules: Mapped[list] = mapped_column(JSONB)
    seed: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(server_default=text("'drafted'::text"))
    noticed_on: Mapped[date | None]
    waits_until: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state in ('drafted', 'noticed', 'placed', 'cancelled')", name="state_known"),
        CheckConstraint("(noticed_on is null) = (waits_until is null)", name="notice_has_a_period"),
        Index("plan_recent", "at", "id"),
        {"schema": "city"},
    )


class PlanLine(db.Model):
    """One person of a plan, and the contract meant for them; yen as of the draft. `outcome`: why nothing came of it."""

    __tablename__ = "plan_line"
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.plan.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id"), primary_key=True)
    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.engagement.id"))
    claims: Mapped[int]
    balance: Mapped[Yen]
    tier: Mapped[str]
    taken_out: Mapped[str | None]
    __table_args__ = (Index("plan_line_person", "person_id"), {"schema": "city"})


class Conflict(db.Model):
    """利益相反の確認: a name that a law team looks up before anything else of the person is disclosed.

    The names go once the question is closed; the answer stays.
    """

    __tablename__ = "conflict"
    id: Mapped[Id]
    org_id: Mapped[Org]
    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.engagement.id"))
    batch_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    due_on: Mapped[date]
    name: Mapped[str | None]
    kana: Mapped[Sortable | None]
    birth: Mapped[date | None]
    result: Mapped[str | None]
    note: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[MaybeBy]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("result in ('clear', 'conflict')", name="result_known"),
        CheckConstraint("num_nulls(result, answered_at, answered_by) in (0, 3)", name="answered_by_somebody"),
        CheckConstraint("closed_at is null or num_nonnulls(name, kana, birth) = 0", name="closed_keeps_no_name"),
        Index("conflict_of_org", "org_id", "batch_id", "id"),
        {"schema": "shared"},
    )


class ConflictPerson(db.Model):
    """Whose name it was: the city's own link."""

    __tablename__ = "conflict_person"
    conflict_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.conflict.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id"))
    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shared.engagement.id"))
    by_id: Mapped[By]
    __table_args__ = (Index("conflict_person_person", "person_id", "engagement_id"), {"schema": "city"})


class Acceptance(db.Model):
    """The partner's word on a file it was given: accepts, declines, or asks first; and the city's answer."""

    __tablename__ = "acceptance"
    id: Mapped[Id]
    org_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID]
    by_id: Mapped[By]
    at: Mapped[datetime]
    decision: Mapped[str]
    note: Mapped[str | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[MaybeBy]
    __table_args__ = (
        of_case(),
        CheckConstraint("decision in ('accepted', 'declined', 'asked')", name="decision_known"),
        CheckConstraint("decision = 'accepted' or note is not null", name="says_why"),
        CheckConstraint("num_nulls(answer, answered_at, answered_by) in (0, 3)", name="answered_by_somebody"),
        Index("acceptance_case", "case_id", "at"),
        Index(
            "acceptance_waiting", "at", "id", postgresql_where=text("decision <> 'accepted' and answered_at is null")
        ),
        {"schema": "shared"},
    )


class RecallNotice(db.Model):
    """引揚げの予告: the city says that a file will come back on a day; the partner may object before it does."""

    __tablename__ = "recall_notice"
    id: Mapped[Id]
    org_id: Mapped[uuid.UUID]
    case_id: Mapped[uuid.UUID]
    by_id: Mapped[By]
    at: Mapped[datetime]
    reason: Mapped[str]
    final_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default=text("'announced'::text"))
    objection: Mapped[str | None]
    objected_at: Mapped[datetime | None]
    objected_by: Mapped[MaybeBy]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[MaybeBy]
    __table_args__ = (
        of_case(),
        CheckConstraint("state in ('announced', 'withdrawn', 'final')", name="state_known"),
        CheckConstraint("num_nulls(objection, objected_at, objected_by) in (0, 3)", name="objected_by_somebody"),
        CheckConstraint("num_nulls(answered_at, answered_by) in (0, 2)", name="answered_by_somebody"),
        Index("one_live_notice", "case_id", unique=True, postgresql_where=text("state = 'announced'")),
        Index("recall_notice_due", "final_on", "id", postgresql_where=text("state = 'announced'")),
        {"schema": "shared"},
    )
