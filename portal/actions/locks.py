"""The one order of locks: persons first, ascending, in one statement; then whatever hangs on them."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.actions.arrays import among
from portal.db import db
from portal.models.receivables import Person


def persons(ids: Sequence[uuid.UUID]) -> None:
    """Until this transaction ends nobody else places, holds, recalls or calls these persons."""
    persons_where(Person.id == among(ids))


def persons_where(condition: ColumnElement[Any]) -> list[uuid.UUID]:
    """The same for all that a condition finds. What was true of them before the wait may not be true any more."""
    ordered = select(Person.id).where(condition).order_by(Person.id)
    return list(db.session.scalars(ordered.with_for_update(key_share=True)))
