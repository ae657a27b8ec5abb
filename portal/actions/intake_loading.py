"""The load of a checked ledger, performed by the worker: all good records or none, in one transaction, in sets.

What the check left beside the upload is streamed onto the stage; what then stands in the ledger must agree with what the
desk saw (件数・金額), or nothing is kept. New rows first: nobody else waits for them. Then the persons of whatever
changes are locked, ascending, as everywhere, and only then the rows a partner's copy hangs on are touched.
"""

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, exists, select, text

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import intake_marks, intake_sql, intake_staging, intakes, tickets
from portal.actions.intake_reactions import Follow
from portal.actions.intake_staging import Differs
from portal.adapters.storage import Uploads
from portal.db import db
from portal.models.intakes import Intake, LoadImage

STEPS = 12  # that the bar shows while rows are written: each statement is one


def perform(intake_id: str, *, uploads: Uploads, city_code: str, by: Principal) -> Callable[[], None] | None:
    """Loads the upload; answers what is left to do after the commit: the upload goes. A second copy changes nothing.

    Where a protection mark is lost nothing is loaded: the load stops until a second person answers.
    """
    for statement in (intake_sql.PATIENCE, intake_sql.QUEUE):
        db.session.execute(text(statement))
    intake = db.session.get_one(Intake, uuid.UUID(intake_id), populate_existing=True)
    if intake.state != "loading":
        return None
    try:
        Load(intake, uploads, by).run(intake_marks.approved(intake))
    except intake_marks.Lost as lost:
        _empty()
        intake_marks.stop(intake, lost.persons, by=by)
        return None
    except intake_staging.Missing:
        intakes.move(intake, "expire", trouble=intakes.Gone.label)
    return lambda: uploads.remove(intake.id)


class Load:
    """One load in its transaction; the queue of loads is locked."""

    def __init__(self, intake: Intake, uploads: Uploads, by: Principal) -> None:
        self._intake, self._uploads, self._by = intake, uploads, by
        self._known: dict[str, Any] = {"intake": intake.id, "as_of": intake.as_of, "lifted": []}
        self._done = 0

    def run(self, may_lift: Callable[[list[uuid.UUID]], bool]) -> None:
        """`may_lift` is asked about the persons without their mark. Lost, Missing, Differs."""
        _empty()
        self._known["older"] = _older(self._intake)  # the stage is ours now: no other load ends before this one
        intake_staging.copy(self._intake, self._uploads)
        self._known["lifted"] = self._lost(may_lift)
        db.session.execute(delete(LoadImage))
        counts = self._write()
        _empty()
        totals = {**(self._intake.totals or {}), "loaded": counts}
        intakes.move(self._intake, "finish", loaded_at=scope.now(), totals=totals)

    def _lost(self, may_lift: Callable[[list[uuid.UUID]], bool]) -> list[uuid.UUID]:
        persons = list(self._do(intake_sql.LOST).scalars())
        if persons and not may_lift(persons):
            raise intake_marks.Lost(persons)
        return persons

    def _write(self) -> dict[str, int]:
        counts = {
            "debtors": self._do(intake_sql.PERSONS).rowcount,
            "claims": self._do(intake_sql.CLAIMS_OF_NEW).rowcount,
        }
        counts |= {"debtors_changed": 0, "claims_changed": 0, "kept": 0}
        some_known = counts["debtors"] < self._do(intake_sql.PEOPLE).scalar_one()
        follow = Follow(self._intake, self._known, self._by)
        self._do(intake_sql.LOCK if some_known else intake_sql.LOCK_SPOILT)
        if some_known:
            self._change(counts)
        self._do(intake_sql.EVENTS_OF_NEW if some_known else intake_sql.EVENTS_WHERE_ALL_NEW)
        if some_known:
            self._do(intake_sql.EVENTS_OF_KNOWN)
        counts |= self._agree(some_known)
        intake_marks.lift(self._intake, self._known["lifted"], by=self._by)
        follow.verdicts()
        if not self._known["older"]:
            follow.spoilt()
            follow.vanished()
        self._do(intake_sql.TEXTS_ERASED)
        unchanged = (
            (self._intake.totals or {})["loadable"][0] - counts["claims"] - counts["claims_changed"] - counts["kept"]
        )
        return counts | {"unchanged": unchanged} | follow.counts | {"marks_lifted": len(self._known["lifted"])}

    def _change(self, counts: dict[str, int]) -> None:
        for name, statement in intake_sql.IMAGES.items():
            counts[name] = self._do(statement).rowcount
        for statement in intake_sql.CHANGES if counts["debtors_changed"] or counts["claims_changed"] else ():
            self._do(statement)
        counts["claims"] += self._do(intake_sql.CLAIMS_OF_KNOWN).rowcount

    def _agree(self, some_known: bool) -> dict[str, int]:
        """件数・金額 as they stand now, against what the desk saw. Differs."""
        made = self._do(intake_sql.MADE).one()
        records, yen, kept = made.records, made.yen, 0
        if some_known:
            stood = self._do(intake_sql.STANDS).one()
            records, yen, kept = records + stood.records, yen + stood.yen, stood.kept
            if stood.differs:
                raise Differs
        if [records, yen] != (self._intake.totals or {})["loadable"]:
            raise Differs
        return {"kept": kept}

    def _do(self, statement: str) -> Any:
        given = {name: value for name, value in self._known.items() if f":{name}" in statement}
        done = db.session.execute(text(statement), given)
        if self._intake.ticket_id:
            self._done = min(self._done + 1, STEPS)
            tickets.progress(self._intake.ticket_id, self._done, STEPS)
        return done


def _empty() -> None:
    """TRUNCATE, and before the load too: once autovacuum has looked at a stage that DELETE emptied, PostgreSQL plans the

    next load for one row and takes hours over it. Loads queue, so the stage is never anybody else's.
    """
    db.session.execute(text(intake_staging.EMPTY))


def _older(intake: Intake) -> bool:
    """Is a later whole extract of the same source in the ledger? Then this one brings new claims, and changes none."""
    later = exists().where(
        Intake.state == "loaded", Intake.profile == "ledger", Intake.whole, Intake.source == intake.source,
        Intake.as_of > intake.as_of,
    )  # fmt: skip
    return bool(db.session.scalar(select(later)))
