"""Ledger files taken in as the desk does it; the tickets are performed here, without waiting for a worker."""

import io
import uuid
from datetime import date, datetime, timedelta

import flask

from demo.stage import Stage
from demo.town import SOURCE
from portal import jobs
from portal.actions import intakes
from portal.adapters.storage import Uploads
from portal.db import db
from portal.models.intakes import Intake

DESK = "saiken1"
File = tuple[str, date, bool]  # name, as-of date, the whole extract (全件) or not


def load(
    stage: Stage, file: File, written: bytes, at: datetime, *, source: str = SOURCE, profile: str = "ledger"
) -> None:
    """Uploaded, checked, and loaded a quarter of an hour later."""
    intake = check(stage, file, written, at, source=source, profile=profile)
    later = at + timedelta(minutes=15)
    stage.run(DESK, "intake:load", later, intakes.load, intake, uploads=uploads())
    perform(stage, intake, "loaded", later)


def check(
    stage: Stage, file: File, written: bytes, at: datetime,
    *, source: str = SOURCE, profile: str = "ledger", wanted: str = "checked",
) -> uuid.UUID:  # fmt: skip
    """Uploaded and checked. `wanted`: the state it is in then."""
    name, as_of, whole = file
    with stage.acting(DESK, "intake:upload", at) as by:
        made = intakes.upload(
            io.BytesIO(written), file_name=name, as_of=as_of, source=source, whole=whole, profile=profile,
            uploads=uploads(), by=by,
        )  # fmt: skip
    perform(stage, made.id, wanted, at + timedelta(minutes=1))
    return made.id


def perform(stage: Stage, intake: uuid.UUID, wanted: str, at: datetime) -> None:
    """Does what the intake's ticket asks for. RuntimeError: it is not in the state `wanted` then."""
    with stage.acting(DESK, "intake:show", at):
        ticket = db.session.get_one(Intake, intake).ticket_id
    with stage.clock(at):
        jobs.perform(str(ticket))
    with stage.acting(DESK, "intake:show", at):
        found = db.session.get_one(Intake, intake)
        if found.state != wanted:
            raise RuntimeError(f"{found.file_name} is {found.state}, not {wanted}: {found.trouble}")


def uploads() -> Uploads:
    return Uploads.of(flask.current_app.config)
