"""The check of an uploaded ledger, performed by the worker: every record its verdict, nothing written to the ledger."""

import itertools
import uuid
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, delete, func, insert, literal, select
from sqlalchemy.types import TypeEngine

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import arrays, intakes, tickets
from portal.adapters.ledger_check import LedgerCheck
from portal.adapters.ledger_check import check as check_ledger
from portal.adapters.storage import Uploads
from portal.adapters.unreadable import UnreadableFile
from portal.db import db
from portal.models.intakes import Intake, IntakeLine
from portal.models.organisations import Setting
from portal.models.receivables import ClaimKind
from portal.rules.intake import Judged, Tally, Totals
from portal.rules.kinds import Kind
from portal.rules.ledger import Settings
from portal.rules.lifecycles import NotNow

BATCH = 5000
STORED = ("excluded", "accepted")
_TEXTS = ("verdict", "reasons", "warnings", "kind_code")
_COLUMNS: dict[str, TypeEngine[Any]] = {"line": Integer(), **dict.fromkeys(_TEXTS, Text()), "balance": BigInteger()}


def perform(intake_id: str, *, uploads: Uploads, city_code: str, by: Principal) -> Callable[[], None] | None:
    """Judges the upload, writes verdicts and totals. Answers what is left to do after the commit, if anything.

    A second copy, or one that comes after the desk cancelled, changes nothing.
    """
    intake = db.session.get_one(Intake, uuid.UUID(intake_id))
    if intake.state != "uploaded":
        return None
    try:
        if not uploads.has(intake.id):
            raise UnreadableFile(intakes.Gone.label)
        found = open_check(intake, uploads, city_code, records=False)
        values = _judge(intake, found)
    except UnreadableFile as error:
        intakes.move(intake, "refuse", trouble=str(error), checked_at=scope.now())
        return lambda: uploads.remove(intake.id)
    try:
        intakes.move(intake, "check", **values)
    except NotNow:  # cancelled meanwhile
        db.session.execute(delete(IntakeLine).where(IntakeLine.intake_id == intake.id))
    return None


def open_check(intake: Intake, uploads: Uploads, city_code: str, *, records: bool) -> LedgerCheck:
    """The check of this intake's file under the city's own kinds and settings; the same whenever it is asked."""
    return check_ledger(
        uploads.get(intake.id),
        as_of=intake.as_of,
        city_code=city_code,
        kinds=city_kinds(),
        settings=Settings(demand_arrival_days=_demand_arrival_days(intake.as_of)),
        encoding=intake.encoding,
        records=records,
    )


def city_kinds() -> list[Kind]:
    """The city's table of kinds (city.claim_kind), which may differ from the shipped one."""
    return [
        Kind(
            code=row.code,
            version=row.version,
            cause_from=None if row.cause_from == date.min else row.cause_from,
            cause_to=None if row.cause_to == date.max else row.cause_to,
            name_ja=row.name_ja,
            name_en=row.name_en,
            class_=row.class_,
            legal_basis=row.legal_basis,
            claim_group=row.claim_group,
            old_period_years=row.old_period_years,
            new_period_years=row.new_period_years,
            call_centre=row.call_centre,
            servicer=row.servicer,
            entrusted=row.entrusted,
        )
        for row in db.session.scalars(select(ClaimKind).order_by(ClaimKind.code, ClaimKind.version))
    ]


def _demand_arrival_days(as_of: date) -> int:
    found = select(Setting.value).where(Setting.name == "demand_arrival_days", Setting.valid_from <= as_of)
    value = db.session.scalar(found.order_by(Setting.valid_from.desc()).limit(1))
    return int(value) if value else Settings().demand_arrival_days


def _judge(intake: Intake, found: LedgerCheck) -> dict[str, Any]:
    """Writes the verdicts; what the intake then says of itself. `loadable`: what a load must bring in, count and yen."""
    totals, loadable, done = Totals(), Tally(), 0
    for batch in _batches(found):
        for judged in batch:
            totals.add(judged)
            if judged.verdict in STORED and not judged.again:
                loadable.count += 1
                loadable.yen += judged.balance or 0
        _write(intake.id, batch)
        done += len(batch)
        if intake.ticket_id:
            tickets.progress(intake.ticket_id, done, found.total)
    return {
        "encoding": found.file.encoding,
        "lines": totals.all.count,
        "totals": totals.as_json() | {"loadable": [loadable.count, loadable.yen]},
        "checked_at": scope.now(),
    }


def _batches(found: Iterable[Judged]) -> Iterable[list[Judged]]:
    rest = iter(found)
    while batch := list(itertools.islice(rest, BATCH)):
        yield batch


def _write(intake_id: uuid.UUID, batch: list[Judged]) -> None:
    """Of a refused or rejected record neither kind nor amount."""
    rows = [
        (
            judged.line,
            judged.verdict,
            "|".join(judged.reasons),
            "|".join(judged.warnings),
            judged.kind_code if judged.verdict in STORED else None,
            judged.balance if judged.verdict in STORED else None,
        )
        for judged in batch
    ]
    line = arrays.table("line", rows, _COLUMNS)
    split = [func.string_to_array(line.c[codes], "|") for codes in ("reasons", "warnings")]
    picked = select(literal(intake_id), line.c.line, line.c.verdict, *split, line.c.kind_code, line.c.balance)
    names = ["intake_id", "line", "verdict", "reasons", "warnings", "kind_code", "balance"]
    db.session.execute(insert(IntakeLine).from_select(names, picked))
