"""The city's ledger: kinds, people, debtors, receivables. Partner roles have no right here."""

import uuid
from datetime import date

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db
from portal.models.columns import Id, MaybeSortable, Yen
from portal.rules import names


class ClaimKind(db.Model):
    """A kind of claim in one version; the class turns on the day of the cause."""

    __tablename__ = "claim_kind"
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    cause_from: Mapped[date]
    cause_to: Mapped[date]
    name_ja: Mapped[str]
    name_en: Mapped[str]
    class_: Mapped[str] = mapped_column("class")
    legal_basis: Mapped[str]
    claim_group: Mapped[str]
    old_period_years: Mapped[int]
    new_period_years: Mapped[int]
    call_centre: Mapped[bool]
    servicer: Mapped[bool]
    entrusted: Mapped[bool] = mapped_column(server_default=text("true"))
    __table_args__ = (
        UniqueConstraint("code", "version", "class", "cause_from", "cause_to", name="claim_kind_gate"),
        CheckConstraint("class in ('enforceable_public', 'nonenforceable_public', 'private')", name="class_known"),
        CheckConstraint(
            "class = 'enforceable_public' or (code not in ('101', '102', '103', '104', '105', '106', '107', '108',"
            " '109', '110', '111') and (code <> '363' or cause_to < '2018-10-01')"
            " and (code <> '378' or cause_to < '2014-07-01'))",
            name="statute_decides",
        ),
        {"schema": "city"},
    )


class Person(db.Model):
    """One human being: the lock, the holds and the contact budget hang here."""

    __tablename__ = "person"
    id: Mapped[Id]
    made_by: Mapped[uuid.UUID | None]
    __table_args__ = ({"schema": "city"},)


def _folded(column: str, pair: tuple[str, str]) -> str:
    """rules/names in PostgreSQL, in its own spelling."""
    return f"translate(NORMALIZE({column}, NFKC), '{pair[0]}'::text, '{pair[1]}'::text)"


def _backwards(column: str) -> str:
    return f"reverse(regexp_replace(regexp_replace({column}, '^\\+81'::text, '0'::text), '[^0-9]'::text, ''::text, 'g'::text))"


class Debtor(db.Model):
    """One source's number of a person. A protected one (支援措置) keeps its keys only. `made_by`: the load it came with."""

    __tablename__ = "debtor"
    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.person.id"), index=True)
    source: Mapped[str]
    number: Mapped[str]
    name: Mapped[MaybeSortable]
    kana: Mapped[MaybeSortable]
    birth: Mapped[date | None]
    sex: Mapped[str | None]
    postcode: Mapped[str | None]
    address: Mapped[str | None]
    building: Mapped[str | None]
    phone1: Mapped[str | None]
    phone2: Mapped[str | None]
    protected: Mapped[bool] = mapped_column(server_default=text("false"))
    flags: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    made_by: Mapped[uuid.UUID | None]
    # folded (rules/names) for the desk's search and for 名寄せ; telephone numbers backwards, to be found by their end
    kana_key: Mapped[MaybeSortable] = mapped_column(Computed(_folded("kana", names.KANA), persisted=True))
    name_key: Mapped[MaybeSortable] = mapped_column(Computed(_folded("name", names.NAME), persisted=True))
    phone1_key: Mapped[MaybeSortable] = mapped_column(Computed(_backwards("phone1"), persisted=True))
    phone2_key: Mapped[MaybeSortable] = mapped_column(Computed(_backwards("phone2"), persisted=True))
    __table_args__ = (
        UniqueConstraint("source", "number"),
        Index("debtor_number", "number"),
        Index("debtor_kana", "kana_key"),
        Index("debtor_name", "name_key"),
        Index("debtor_signs", text("string_to_array(name_key, NULL::text)"), postgresql_using="gin"),
        Index("debtor_phone1", "phone1_key", postgresql_where=text("phone1_key is not null")),
        Index("debtor_phone2", "phone2_key", postgresql_where=text("phone2_key is not null")),
        Index("debtor_birth", "birth", postgresql_where=text("birth is not null")),
        CheckConstraint(
            "not protected or num_nonnulls(name, kana, birth, sex, postcode, address, building, phone1, phone2) = 0",
            name="protected_keeps_keys_only",
        ),
        {"schema": "city"},
    )


class Receivable(db.Model):
    """One claim. The foreign key and the checks are the gate: a self-enforceable claim cannot be stored."""

    __tablename__ = "receivable"
    id: Mapped[Id]
    debtor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.debtor.id"))
    kind_code: Mapped[str]
    kind_version: Mapped[int]
    class_: Mapped[str] = mapped_column("class")
    cause_from: Mapped[date]
    cause_to: Mapped[date]
    cause_on: Mapped[date | None]
    fiscal_year: Mapped[str]
    instalment: Mapped[str]
    branch: Mapped[str]
    notice_no: Mapped[str | None]
    summary: Mapped[str | None]
    assessed: Mapped[Yen]
    paid: Mapped[Yen]
    balance: Mapped[Yen] = mapped_column(Computed("assessed - paid", persisted=True))
    late_charge: Mapped[Yen] = mapped_column(server_default=text("0"))
    demand_fee: Mapped[Yen] = mapped_column(server_default=text("0"))
    due_on: Mapped[date]
    last_day: Mapped[date]
    verdict: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    warnings: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    memo: Mapped[str | None]
    as_of: Mapped[date]
    intake_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.intake.id"))
    made_by: Mapped[uuid.UUID | None]
    __table_args__ = (
        UniqueConstraint("debtor_id", "kind_code", "fiscal_year", "instalment", "branch"),
        ForeignKeyConstraint(
            ["kind_code", "kind_version", "class", "cause_from", "cause_to"],
            [f"city.claim_kind.{c}" for c in ("code", "version", "class", "cause_from", "cause_to")],
            name="receivable_gate",
            match="FULL",
        ),
        CheckConstraint("class in ('nonenforceable_public', 'private')", name="court_route_only"),
        CheckConstraint(
            "case when cause_on is null then cause_from = '0001-01-01' and cause_to = '9999-12-31'"
            " else cause_on between cause_from and cause_to end",
            name="cause_decides_version",
        ),
        CheckConstraint("assessed >= 0 and paid between 0 and assessed", name="amounts_possible"),
        CheckConstraint("verdict in ('accepted', 'excluded')", name="verdict_known"),
        Index("receivable_placeable", "kind_code", "due_on", "id", postgresql_where=text("verdict = 'accepted'")),
        {"schema": "city"},
    )


class ReceivableEvent(db.Model):
    """What moves the limitation of a receivable."""

    __tablename__ = "receivable_event"
    id: Mapped[Id]
    receivable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("city.receivable.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    happened_on: Mapped[date]
    __table_args__ = (
        CheckConstraint("kind in ('demand', 'acknowledgement', 'judgment')", name="kind_known"),
        UniqueConstraint("receivable_id", "kind", "happened_on"),
        {"schema": "city"},
    )
