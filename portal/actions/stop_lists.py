"""催告停止者リスト: for the sections that own the claims (債権所管課), the keys of people to whom no reminder is to be sent.

Whoever is placed, or whose contact is stopped, stands there under every number of theirs; why does not. A protected
person stands there like everybody else, so that the list tells nothing of them.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from portal.access import scope
from portal.access.principal import Principal
from portal.adapters import stop_list_files
from portal.db import db
from portal.models.placements import Hold, Placement
from portal.models.receivables import Debtor

AT_ONCE = 1000  # ids an entry of the trail


def sources() -> Sequence[Row[str, int]]:
    """(取込元, how many keys) of every source of the ledger, those without any too."""
    stopped = func.count().filter(_stopped())
    return db.session.execute(select(Debtor.source, stopped).group_by(Debtor.source).order_by(Debtor.source)).all()


def export(source: str) -> list[tuple[str, str]]:
    """(取込元, 宛名番号) of one source, noted in the trail as an export."""
    rows = db.session.execute(_keys().where(Debtor.source == source)).all()
    _noted(rows)
    return [(row.source, row.number) for row in rows]


def write(*, folder: Path | None, by: Principal, day: date) -> int:
    """Daily: a file a source into `folder`, in place of yesterday's; answers how many. None: nothing is written."""
    if folder is None:
        return 0
    rows = db.session.execute(_keys()).all()
    _noted(rows)
    found: dict[str, list[tuple[str, str]]] = {source: [] for source, _ in sources()}
    found |= {source: [(source, row.number) for row in own] for source, own in groupby(rows, lambda row: row.source)}
    stop_list_files.replace(folder, found)
    return len(found)


def _keys() -> Select:
    return (
        select(Debtor.source, Debtor.number, Debtor.person_id).where(_stopped()).order_by(Debtor.source, Debtor.number)
    )


def _stopped() -> ColumnElement[bool]:
    held = select(Hold.person_id).where(Hold.lifted_at.is_(None))
    placed = select(Placement.person_id).where(Placement.ended_at.is_(None))
    return or_(Debtor.person_id.in_(held), Debtor.person_id.in_(placed))


def _noted(rows: Sequence[Row]) -> None:
    persons = list(dict.fromkeys(row.person_id for row in rows))
    for start in range(0, len(persons), AT_ONCE):
        scope.note("person", persons[start : start + AT_ONCE], "export")
