"""The load of a checked ledger, performed by the worker: all good records or none, in one transaction, in sets.

The file is judged again while it is copied to the stage; what then stands in the ledger must agree with what the desk
saw (件数・金額), or nothing is kept. New rows first: nobody else waits for them. Then the persons of whatever changes are
locked, ascending, as everywhere, and only then the rows a partner's copy hangs on are touched.
"""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import exists, select, text

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import intake_checking, intake_sql, intakes, tickets
from portal.adapters.ledger_check import LedgerCheck
from portal.adapters.storage import Uploads
from portal.db import db
from portal.models.intakes import Intake
from portal.rules.intake import Judged
from portal.rules.ledger_record import Claim
from portal.rules.placeability import OF_PERSON

STEP = 5000


class Differs(Exception):
    """What was loaded is not what was checked: nothing of it is kept."""


def perform(intake_id: str, *, uploads: Uploads, city_code: str, by: Principal) -> Callable[[], None] | None:
    """Loads the upload; answers what is left to do after the commit: the upload goes. A second copy changes nothing."""
    for statement in (intake_sql.PATIENCE, intake_sql.QUEUE):
        db.session.execute(text(statement))
    intake = db.session.get_one(Intake, uuid.UUID(intake_id), populate_existing=True)
    if intake.state != "loading":
        return None
    if uploads.has(intake.id):
        _load(intake, uploads, city_code)
    else:
        intakes.move(intake, "expire", trouble=intakes.Gone.label)
    return lambda: uploads.remove(intake.id)


def _load(intake: Intake, uploads: Uploads, city_code: str) -> None:
    found = intake_checking.open_check(intake, uploads, city_code, records=True)
    db.session.execute(text(intake_sql.EMPTY))
    _copy(intake, found)
    known = {"intake": intake.id, "as_of": intake.as_of, "older": _older(intake)}

    def run(statement: str) -> Any:
        return db.session.execute(text(statement), {k: v for k, v in known.items() if f":{k}" in statement})

    counts = {name: run(statement).rowcount for name, statement in intake_sql.NEW.items()}
    run(intake_sql.LOCK)
    counts |= {name: run(statement).rowcount for name, statement in intake_sql.CHANGED.items()}
    run(intake_sql.EVENTS)
    stored = run(intake_sql.STORED).one()
    if [stored.records, stored.yen] != (intake.totals or {})["loadable"] or stored.differs:
        raise Differs
    counts |= {"kept": stored.kept, **run(intake_sql.TO_DO).one()._asdict()}
    run(intake_sql.EMPTY)
    intakes.move(intake, "finish", loaded_at=scope.now(), totals={**(intake.totals or {}), "loaded": counts})


def _older(intake: Intake) -> bool:
    """Is a later whole extract of the same source in the ledger? Then this one brings new claims, and changes none."""
    later = exists().where(
        Intake.state == "loaded", Intake.whole, Intake.source == intake.source, Intake.as_of > intake.as_of
    )
    return bool(db.session.scalar(select(later)))


def _copy(intake: Intake, found: LedgerCheck) -> None:
    cursor: Any = db.session.connection().connection.cursor()
    with cursor, cursor.copy(intake_sql.COPY) as stage:
        for number, judged in enumerate(found, 1):
            if judged.record:
                stage.write_row(_row(intake.id, judged, judged.record))
            if intake.ticket_id and (number % STEP == 0 or number == found.total):
                tickets.progress(intake.ticket_id, number, found.total)


def _row(intake_id: uuid.UUID, judged: Judged, claim: Claim) -> tuple[Any, ...]:
    """In the order of intake_sql.STAGE."""
    moved = {event.kind: event.on for event in claim.events}
    return (
        intake_id, judged.line, claim.source, claim.debtor_no, claim.name or None, claim.kana or None, claim.birth,
        claim.sex or None, claim.postcode or None, claim.address or None, claim.building or None, claim.phone1 or None,
        claim.phone2 or None, claim.protected, sorted(claim.flags & OF_PERSON), claim.kind_code, claim.kind_version,
        claim.class_, claim.cause_from or date.min, claim.cause_to or date.max, claim.cause_on, claim.fiscal_year,
        claim.instalment, claim.branch, claim.notice_no or None, claim.summary or None, claim.assessed, claim.paid,
        claim.late_charge, claim.demand_fee, claim.due_on, claim.last_day, moved.get("demand"),
        moved.get("acknowledgement"), moved.get("judgment"), judged.verdict, list(judged.reasons),
        list(judged.warnings), claim.memo or None,
    )  # fmt: skip
