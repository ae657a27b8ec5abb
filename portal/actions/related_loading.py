"""The load of a checked file of related people (関係者), performed by the worker: all good records or none.

A person is the same under the same debtor, relation, name and first day. Beside a protected debtor, and where somebody
beside him is under protection of his own, no name can be compared, and none is kept: there as many keys stand as the file
has people. With 全件 whoever the source no longer names ends the day before the as-of date; a file older than the source's
last whole one brings new people and changes nobody. What the desk wrote by hand is never touched.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, func, select, text

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import intake_sql, intakes, related_checking, related_sql, tickets
from portal.adapters.related_file import RelatedFile
from portal.adapters.storage import Uploads
from portal.db import db, uuid7
from portal.models.intakes import Intake
from portal.models.persons import Related as Stored
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
        self.nameless = Counter[Group]()
        self.counts = dict.fromkeys(("related", "related_changed", "unchanged", "kept", "ended", "keys_only"), 0)

    def run(self) -> dict[str, int]:
        debtors = {debtor_id for _, debtor_id, _ in related_checking.people(self.file)}
        self._run(related_sql.LOCK, debtors=list(debtors))
        self.hidden = _hidden(debtors)
        held, count = list[tuple[Related, uuid.UUID]](), 0
        for person, debtor_id, protected in related_checking.people(self.file):
            count += 1
            if protected:
                self.nameless[debtor_id, person.relation, person.valid_from] += 1
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
        changed = [(row.id, found[n][1], found[n][2]) for n, row in stand.items() if not row.same]
        self.touched |= {row.id for row in stand.values()}
        self.counts["unchanged"] += len(stand) - len(changed)
        new = [one for n, one in enumerate(found) if n not in stand]
        self.nameless.update(group for _, _, group in new if group in self.hidden)
        self._add([one for one in new if one[2] not in self.hidden])
        self._change(changed)

    def _change(self, changed: list[Any]) -> None:
        self.counts["kept" if self.older else "related_changed"] += len(changed)
        if changed and not self.older:
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
        for group, times in self.nameless.items():
            stand = self.hidden.get(group, [])
            self.touched |= set(stand)
            self.counts["unchanged"] += min(times, len(stand))
            self.counts["keys_only"] += times
            self._add([(uuid7(), None, group) for _ in range(times - len(stand))])

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
    """The nameless rows beside these debtors."""
    of = select(Stored.debtor_id, Stored.relation, Stored.valid_from, func.array_agg(Stored.id))
    rows = db.session.execute(
        of.where(Stored.protected, Stored.debtor_id.in_(debtors)).group_by(
            Stored.debtor_id, Stored.relation, Stored.valid_from
        )
    )
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
