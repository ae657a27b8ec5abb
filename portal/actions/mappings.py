"""読替え: the desk says once, for each source, what it calls our columns and kinds of claim; the newest word counts."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import intakes
from portal.adapters.storage import Uploads
from portal.db import db, uuid7
from portal.models.intakes import Intake
from portal.models.intakes import Mapping as Kept
from portal.models.organisations import Account
from portal.rules.ledger_mapping import Mapping


def save(intake_id: uuid.UUID, mapping: Mapping, *, uploads: Uploads, by: Principal) -> uuid.UUID:
    """Keeps the mapping for the source of this upload, which is then checked with it. NotNow, Gone."""
    intake = db.session.get_one(Intake, intake_id)
    headings, kinds = mapping.stored()
    kept = Kept(
        id=uuid7(), by_id=by.account_id, at=scope.now(), source=intake.source, headings=headings, kinds=kinds
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    intakes.check_again(intake_id, mapping_id=kept.id, uploads=uploads, by=by)
    return kept.id


def of(mapping_id: uuid.UUID | None) -> Mapping | None:
    """A kept mapping as the check applies it."""
    kept = db.session.get(Kept, mapping_id) if mapping_id else None
    return Mapping.read(kept.headings, kept.kinds) if kept else None


def by_source() -> Sequence[Row[Any]]:
    """(id, source, at, by, headings, kinds) of every source's newest."""
    ranked = select(
        Kept, func.row_number().over(partition_by=Kept.source, order_by=(Kept.at.desc(), Kept.id.desc())).label("age")
    ).subquery()
    kept = select(
        ranked.c.id, ranked.c.source, ranked.c.at, Account.name.label("by"), ranked.c.headings, ranked.c.kinds
    )
    query = kept.join(Account, Account.id == ranked.c.by_id).where(ranked.c.age == 1).order_by(ranked.c.source)
    return db.session.execute(query).all()


def author(mapping_id: uuid.UUID | None) -> Any:
    """(id, source, at, by): who said so, and when. None without a mapping."""
    if mapping_id is None:
        return None
    kept = select(Kept.id, Kept.source, Kept.at, Account.name.label("by")).where(Kept.id == mapping_id)
    return db.session.execute(kept.join(Account, Account.id == Kept.by_id)).one()
