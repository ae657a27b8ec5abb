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


def load(stage: Stage, file: tuple[str, date, bool], written: bytes, at: datetime) -> None:
    """Uploaded, checked, and loaded a quarter of an hour later."""
    intake = check(stage, file, written, at)
    later = at + timedelta(minutes=15)
    stage.run(DESK, "intake:load", later, intakes.load, intake, uploads=_uploads())
    _perform(stage, intake, "loaded", later)


def check(stage: Stage, file: tuple[str, date, bool], written: bytes, at: datetime) -> uuid.UUID:
    """Uploaded and checked. `file`: its name, as-of date, and whether it is the whole extract."""
    name, as_of, whole = file
    with stage.acting(DESK, "intake:upload", at) as by:
        made = intakes.upload(
            io.BytesIO(written), file_name=name, as_of=as_of, source=SOURCE, whole=whole, uploads=_uploads(), by=by
        )
    _perform(stage, made.id, "checked", at + timedelta(minutes=1))
    return made.id


def _perform(stage: Stage, intake: uuid.UUID, wanted: str, at: datetime) -> None:
    with stage.acting(DESK, "intake:show", at):
        ticket = db.session.get_one(Intake, intake).ticket_id
    with stage.clock(at):
        jobs.perform(str(ticket))
    with stage.acting(DESK, "intake:show", at):
        if (state := db.session.get_one(Intake, intake).state) != wanted:
            raise RuntimeError(f"the ledger is {state}, not {wanted}")


def _uploads() -> Uploads:
    return Uploads.of(flask.current_app.config)
