"""The check of an uploaded file, performed by the worker: every record its verdict, nothing written to the ledger."""

import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import intake_lines, intakes, mappings, related_checking, tickets
from portal.actions.intake_staging import Staging
from portal.adapters.ledger_check import LedgerCheck
from portal.adapters.ledger_check import check as check_ledger
from portal.adapters.ledger_errors import error_file
from portal.adapters.ledger_preview import preview
from portal.adapters.storage import ERRORS, PREVIEW, Uploads
from portal.adapters.table_file import TableFile
from portal.adapters.unreadable import Unfitting, UnreadableFile
from portal.db import db
from portal.models.intakes import Intake
from portal.models.organisations import Setting
from portal.models.receivables import ClaimKind
from portal.rules.intake import Tally, Totals
from portal.rules.kinds import Kind
from portal.rules.ledger import Settings
from portal.rules.ledger_mapping import named
from portal.rules.lifecycles import NotNow


def perform(intake_id: str, *, uploads: Uploads, city_code: str, by: Principal) -> Callable[[], None] | None:
    """Judges the upload, writes verdicts and totals. Answers what is left to do after the commit, if anything.

    A second copy, or one that comes after the desk cancelled, changes nothing. What the check makes of the file lies
    beside it: the rejected records, the first ones, and the kind codes it holds.
    """
    intake = db.session.get_one(Intake, uuid.UUID(intake_id))
    if intake.state != "uploaded":
        return None
    try:
        return _judged(intake, uploads, city_code)
    except (NotNow, FileNotFoundError):
        db.session.refresh(intake)
        if intake.state != "cancelled":
            raise
        intake_lines.drop(intake.id)
        return lambda: uploads.remove(intake.id)


def _judged(intake: Intake, uploads: Uploads, city_code: str) -> Callable[[], None] | None:
    try:
        if not uploads.has(intake.id):
            raise UnreadableFile(intakes.Gone.label)
        judge = related_checking.judge if intake.profile == "related" else _judge
        values = judge(intake, uploads, city_code)
    except Unfitting as wrong:
        _show(intake, uploads, preview(TableFile(uploads.get(intake.id), intake.encoding)))
        intakes.move(intake, "ask", trouble=str(wrong))
    except UnreadableFile as wrong:
        intake_lines.drop(intake.id)
        intakes.move(intake, "refuse", trouble=str(wrong), checked_at=scope.now())
        return lambda: uploads.remove(intake.id)
    else:
        intakes.move(intake, "check", **values, checked_at=scope.now())
    return None


def open_check(intake: Intake, uploads: Uploads, city_code: str) -> LedgerCheck:
    """The check of this intake's file under the city's own kinds and settings and the source's mapping; the same
    whenever it is asked."""
    return check_ledger(
        uploads.get(intake.id),
        as_of=intake.as_of,
        city_code=city_code,
        kinds=city_kinds(),
        settings=Settings(demand_arrival_days=_demand_arrival_days(intake.as_of)),
        encoding=intake.encoding,
        mapping=mappings.of(intake.mapping_id),
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


def _judge(intake: Intake, uploads: Uploads, city_code: str) -> dict[str, Any]:
    """Writes the verdicts; what the intake then says of itself. `loadable`: what a load must bring in, count and yen."""
    found = open_check(intake, uploads, city_code)
    totals, loadable, done = Totals(), Tally(), 0
    staging = Staging(intake.id, uploads, found.file.layout)
    with uploads.beside(intake.id, ERRORS) as out, staging:
        rejected = error_file(out, found.file.header, found.file.numbers)
        for batch in intake_lines.batches(found.judged(rejected, staging)):
            for judged in batch:
                totals.add(judged)
                if judged.verdict in intake_lines.STORED and not judged.again:
                    loadable.count += 1
                    loadable.yen += judged.balance or 0
            intake_lines.write(intake.id, batch)
            done += len(batch)
            if intake.ticket_id:
                tickets.progress(intake.ticket_id, done, found.total)
    kind = named(found.file.header)[found.file.layout.at["債権種別コード"]]
    _show(intake, uploads, preview(found.file, kind, found.codes))
    return {
        "encoding": found.file.encoding,
        "lines": totals.all.count,
        "totals": totals.as_json() | {"loadable": [loadable.count, loadable.yen], "staged": staging.digests},
    }


def _show(intake: Intake, uploads: Uploads, seen: dict[str, Any]) -> None:
    with uploads.beside(intake.id, PREVIEW) as out:
        out.write(json.dumps(seen).encode())
