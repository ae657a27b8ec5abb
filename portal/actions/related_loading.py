"""The load of a checked file of related people (関係者), performed by the worker: all good records or none.

A person is the same under the same debtor, relation, name and first day. Beside a protected debtor, and where somebody
beside him is under protection of his own, no name can be compared, and none is kept: there as many keys stand as the file
has people. With 全件 whoever the source no longer names ends the day before the as-of date; a file older than the source's
last whole one brings new people and changes nobody. What the desk wrote by hand stays as it is.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, text

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import intake_sql, intakes, related_checking, related_sql, tickets
from portal.actions.arrays import among
from portal.adapters.related_file import RelatedFile
from portal.adapters.storage import Uploads
from portal.db import db, uuid7
from portal.models.intakes import Intake, LoadImage
from portal.models.persons import Related as Stored
from portal.models.receivables import Debtor
from portal.rules.related_record import Related

STEP = 5000
# debtor, relation, first day
Group = tuple[uuid.UUID, str, date | None]


class Differs(Exception):
    """What would be loaded is not what was checked: nothing of it is kept."""


def perform(intake_id: str, *, uploads: Uploads, city_code: str, by: Principal) -> Callable[[], None] | None:
    """Loads the upload; answers what is left to do after the commit: the upload goes. A second copy changes nothing."""
    for statement in (intake_sql.PATIENCE, intake_sql.QUEUE):
        db.session.execute(text(statement))
    db.session.execute(delete(LoadImage))  # what the last load could have put back
    intake = db.session.get_one(Intake, uuid.UUID(intake_id), populate_existing=True)
    if intake.state != "loading":
        return None
    if uploads.has(intake.id):
        loaded = _Load(intake, RelatedFile(uploads.get(intake.id), intake.encoding), by).run()
        intakes.move(intake, "finish", loaded_at=scope.now(), totals={**(intake.totals or {}), "loaded": loaded})
    else:
        intakes.move(intake, "expire", trouble=intakes.Gone.label)
    return lambda: uploads.remove(intake.id)


class _Load:
    def __init__(self, intake: Intake, file: RelatedFile, by: Principal) -> None:
        self.intake, self.file, self.by = intake, file, by
        self.older = _older(intake)
        self.touched = set[uuid.UUID]()
        # beside a protected debtor, or beside somebody under protection of his own: {(group, the latter): people}
        self.nameless = Counter[tuple[Group, bool]]()
        self.counts = dict.fromkeys(("related", "related_changed", "unchanged", "kept", "ended", "keys_only"), 0)

    def run(self) -> dict[str, int]:
        debtors = {debtor_id for _, debtor_id, _ in related_checking.people(self.file)}
        self._run(related_sql.LOCK, debtors=list(debtors))
        self.hidden = _hidden(debtors)
        held, count = list[tuple[Related, uuid.UUID]](), 0
        for person, debtor_id, protected in related_checking.people(self.file):
            count += 1
            if protected:
                self.nameless[(debtor_id, person.relation, person.valid_from), False] += 1
            else:
                held.append((person, debtor_id))
            if len(held) == STEP:
                self._take(held)
                held.clear()
                self._tell(count)
        self._take(held)
        self._keep_keys()
        if count != (self.intake.totals or {})["loadable"][0]:
            raise Differs
        if self.intake.whole and not self.older:
            self._end(self.intake.as_of - timedelta(days=1))
        return self.counts

    def _take(self, held: list[tuple[Related, uuid.UUID]]) -> None:
        """Finds each by name, changes what says something else, adds who is new."""
        found = [(uuid7(), person, (debtor, person.relation, person.valid_from)) for person, debtor in held]
        stand = {row.n - 1: row for row in self._run(related_sql.STANDING, **related_sql.bound(found))}
        other = [(row.id, found[n][1], found[n][2], row.by_hand) for n, row in stand.items() if not row.same]
        self.touched |= {row.id for row in stand.values()}
        self.counts["unchanged"] += len(stand) - len(other)
        changed = [one for *one, by_hand in other if not by_hand and not self.older]
        self.counts["kept"] += len(other) - len(changed)
        new = [one for n, one in enumerate(found) if n not in stand]
        self.nameless.update((group, True) for _, _, group in new if group in self.hidden)
        self._add([one for one in new if one[2] not in self.hidden])
        self._change(changed)

    def _change(self, changed: list[Any]) -> None:
        self.counts["related_changed"] += len(changed)
        if changed:
            self._run(related_sql.BEFORE, id=[id_ for id_, _, _ in changed])
            self._run(related_sql.CHANGE, **related_sql.bound(changed))

    def _add(self, new: list[Any]) -> None:
        if new:
            self._run(related_sql.ADD, by=self.by.account_id, at=scope.now(), **related_sql.bound(new))
            self._run(related_sql.MADE, id=[id_ for id_, _, _ in new])
            self.touched |= {id_ for id_, _, _ in new}
            self.counts["related"] += len(new)

    def _keep_keys(self) -> None:
        """Of whom no name may be compared or kept: as many keys as the file has people."""
        for (group, own), times in self.nameless.items():
            stand = self.hidden.get(group, [])
            self.touched |= set(stand)
            self.counts["unchanged"] += min(times, len(stand))
            self.counts["keys_only"] += times
            self._add([(uuid7(), own, group) for _ in range(times - len(stand))])

    def _end(self, last_day: date) -> None:
        gone = self._run(related_sql.GONE, touched=list(self.touched), until=last_day).scalars().all()
        if gone:
            self._run(related_sql.BEFORE, id=gone)
            self._run(related_sql.END, id=gone, until=last_day)
        self.counts["ended"] = len(gone)

    def _tell(self, done: int) -> None:
        if self.intake.ticket_id:
            tickets.progress(self.intake.ticket_id, done, self.intake.lines)

    def _run(self, statement: str, **values: Any) -> Any:
        known = {"intake": self.intake.id, "source": self.intake.source, **values}
        wanted = set(re.findall(r"(?<!:):([a-z_]+)", statement))
        return db.session.execute(text(statement), {name: known[name] for name in wanted})


def _hidden(debtors: set[uuid.UUID]) -> dict[Group, list[uuid.UUID]]:
    """Of whom only the key stands, beside these debtors. What a lifted protection left nameless is not among them."""
    group = (Stored.debtor_id, Stored.relation, Stored.valid_from)
    nameless = Stored.name.is_(None) & or_(Stored.protected, Debtor.protected)
    found = select(*group, func.array_agg(Stored.id)).join(Debtor, Debtor.id == Stored.debtor_id)
    rows = db.session.execute(found.where(Debtor.id == among(debtors), nameless).group_by(*group))
    return {(debtor, relation, first): list(ids) for debtor, relation, first, ids in rows}


def _older(intake: Intake) -> bool:
    """Was a later whole file of the same source loaded?"""
    later = exists().where(
        Intake.state == "loaded",
        Intake.whole,
        Intake.profile == "related",
        Intake.source == intake.source,
        Intake.as_of > intake.as_of,
    )
    return bool(db.session.scalar(select(later)))
