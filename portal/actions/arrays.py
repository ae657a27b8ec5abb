"""Thousands of rows as a few bound arrays: one statement where one row each would be thousands of entries in the trail."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, UUID, ColumnElement, TableValuedAlias, any_, column, func, literal


def among(ids: Collection[uuid.UUID]) -> ColumnElement[Any]:
    """`Person.id == among(ids)`."""
    return any_(literal(list(ids), ARRAY(UUID())))


def table(name: str, rows: Sequence[Sequence[Any]], columns: Mapping[str, Any]) -> TableValuedAlias:
    """`rows` as a table of the statement, their values in the order of `columns`: {name: SQL type}."""
    bound = [literal([row[place] for row in rows], ARRAY(kind)) for place, kind in enumerate(columns.values())]
    unnested = func.unnest(*bound).table_valued(*(column(c, kind) for c, kind in columns.items()), name=name)
    return unnested.render_derived()
