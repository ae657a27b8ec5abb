"""The one order of locks: persons first, ascending, in one statement; then whatever hangs on them."""

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, UUID, ColumnElement, any_, literal, select

from portal.db import db
from portal.models.receivables import Person


def among(ids: Collection[uuid.UUID]) -> ColumnElement[Any]:
    """`Person.id == among(ids)`: one bound array, where IN would bind each of thousands."""
    return any_(literal(list(ids), ARRAY(UUID())))


def persons(ids: Collection[uuid.UUID]) -> None:
    """Until this transaction ends nobody else places, holds, recalls or calls these persons."""
    ordered = select(Person.id).where(Person.id == among(ids)).order_by(Person.id)
    db.session.execute(ordered.with_for_update(key_share=True)).all()
