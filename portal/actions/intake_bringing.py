"""A ledger taken in at the server's prompt: checked and loaded in one transaction, so that it is all there or never was."""

import uuid
from datetime import date
from pathlib import Path

from sqlalchemy import text

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import intake_checking, intake_loading, intake_sql, intakes
from portal.adapters.storage import Uploads
from portal.adapters.unreadable import UnreadableFile
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.intakes import Intake


def bring(
    path: Path,
    *,
    as_of: date,
    source: str,
    whole: bool,
    unprotect: bool,
    uploads: Uploads,
    city_code: str,
    by: Principal,
) -> Intake:
    """The same path as on screen. `unprotect`: marks that the file has no more come off. Nothing stays beside it.

    UnreadableFile; intake_marks.Lost: marks are lost and `unprotect` was not said; intake_staging.Differs.
    """
    for statement in (intake_sql.PATIENCE, intake_sql.QUEUE):
        db.session.execute(text(statement))
    id_ = uuid7()
    try:
        intake = Intake(
            id=id_, org_id=by.org_id, by_id=by.account_id, at=scope.now(), file_name=path.name, sha256=_save(path, id_, uploads),
            source=source, as_of=as_of, whole=whole, mapping_id=intakes.newest_mapping(source), state="uploaded",
        )  # fmt: skip
        db.session.add(intake)
        db.session.flush()
        intake_checking.perform(str(id_), uploads=uploads, city_code=city_code, by=by)
        db.session.refresh(intake)
        if intake.state != "checked":
            raise UnreadableFile(intake.trouble or "")
        intakes.move(intake, "load")
        db.session.refresh(intake)
        intake_loading.Load(intake, uploads, by).run(lambda _: unprotect)
        db.session.refresh(intake)
        return intake
    finally:
        uploads.remove(id_)


def _save(path: Path, id_: uuid.UUID, uploads: Uploads) -> str:
    try:
        with path.open("rb") as file:
            return uploads.save(id_, file)
    except OSError as error:
        raise UnreadableFile(N_("ファイルを開けません。")) from error
