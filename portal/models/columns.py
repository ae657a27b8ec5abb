"""Columns that many records share."""

import uuid
from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Text
from sqlalchemy.orm import mapped_column

from portal.db import uuid7

Id = Annotated[uuid.UUID, mapped_column(primary_key=True, default=uuid7)]
Org = Annotated[uuid.UUID, mapped_column(ForeignKey("shared.organisation.id"))]
By = Annotated[uuid.UUID, mapped_column(ForeignKey("shared.account.id"))]
MaybeBy = Annotated[uuid.UUID | None, mapped_column(ForeignKey("shared.account.id"))]
At = Annotated[datetime, mapped_column()]
Yen = Annotated[int, mapped_column(BigInteger)]
Sortable = Annotated[str, mapped_column(Text(collation="C"))]
MaybeSortable = Annotated[str | None, mapped_column(Text(collation="C"))]


def of_case() -> ForeignKeyConstraint:
    """A child belongs to its case and to whoever holds the case: both change hands in one statement."""
    return ForeignKeyConstraint(
        ["case_id", "org_id"], ["shared.casefile.id", "shared.casefile.org_id"], onupdate="CASCADE"
    )
