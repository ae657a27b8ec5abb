"""債権データの取込み: upload, verdicts before anything is stored, load or cancel."""

import io
import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import func, select

from portal.access import scope
from portal.access.doors import door
from portal.actions import intakes, mappings
from portal.adapters import sheets, templates
from portal.adapters.encodings import NAMES
from portal.adapters.storage import ERRORS, PREVIEW, Uploads
from portal.adapters.unreadable import UnreadableFile
from portal.db import db
from portal.models.intakes import Intake, IntakeLine
from portal.models.organisations import Account
from portal.rules.eligibility import REASONS, VERDICTS
from portal.rules.lifecycles import STATES
from portal.web import intakes_figures, intakes_files, intakes_progress
from portal.web.frame import language
from portal.web.intakes_forms import UploadForm
from portal.web.paging import page

pages = flask.Blueprint("intakes", __name__)
TEMPLATES = {"ledger": _l("滞納債権台帳のひな形"), "related": _l("関係者のひな形")}


@pages.get("/intakes")
@door("intake:list")
def index() -> str:
    return _index(_offered(UploadForm(formdata=None)))


def _index(form: UploadForm) -> str:
    return flask.render_template(
        "intakes/index.html",
        form=form,
        found=page(select(Intake), Intake.at, Intake.id, newest_first=True),
        total=db.session.scalar(select(func.count()).select_from(Intake)),
        mapped=mappings.by_source(),
        missing=not intakes.loaded_this_month(),
        last=intakes.last_as_of(),
        states=STATES["intake"],
    )


@pages.post("/intakes")
@door("intake:upload")
def upload() -> flask.typing.ResponseReturnValue:
    form = _offered(UploadForm())
    if form.validate():
        try:
            made = intakes.upload(
                form.file.data, file_name=_plain_name(form.file.data.filename), uploads=_uploads(), by=current_user, **form.said
            )  # fmt: skip
        except UnreadableFile as wrong:
            form.file.errors = [_(wrong.sentence, **wrong.facts)]
        else:
            return flask.redirect(_address(made.id))
    return _index(form), 422


def _offered(form: UploadForm) -> UploadForm:
    return form.offer(intakes_figures.kind_names(language()))


def _plain_name(name: str) -> str:
    """Without the folders that some browsers send along."""
    return "".join(sign for sign in name.replace("\\", "/").split("/")[-1] if sign.isprintable())[:200]


@pages.get("/intakes/<uuid:intake_id>")
@door("intake:show")
def show(intake_id: uuid.UUID) -> str:
    intake = db.session.get_one(Intake, intake_id)
    more = {"busy": _busy, "unmapped": _unmapped, "unreadable": _unreadable, "judged": _judged, "related": _judged}[
        _kind(intake)
    ](intake)
    by = db.session.scalar(select(Account.name).where(Account.id == intake.by_id))
    same, states = intakes.same_file(intake), STATES["intake"]
    return flask.render_template(
        f"intakes/{_kind(intake)}.html", intake=intake, by=by, same=same,
        same_state=states[same.state] if same else None, encodings=NAMES,
        mapped=mappings.author(intake.mapping_id), undoing=intakes.taken_back(intake), **more,
    )  # fmt: skip


def _kind(intake: Intake) -> str:
    """Which page: work is under way, nothing could be read (or was, before it was given up), or every record judged."""
    if intake.state in intakes_progress.BUSY:
        return "busy"
    if intake.state == "unmapped":
        return "unmapped"
    judged = "related" if intake.profile == "related" else "judged"
    return judged if intake.totals else "unreadable"


def _busy(intake: Intake) -> dict[str, Any]:
    return {"progress": intakes_progress.seen(intake)}


def _unmapped(intake: Intake) -> dict[str, Any]:
    return {"present": _uploads().has(intake.id, PREVIEW), "until": intakes.kept_until(intake)}


def _unreadable(intake: Intake) -> dict[str, Any]:
    return {"form": _offered(UploadForm.like(intake))}


def _judged(intake: Intake) -> dict[str, Any]:
    verdict = flask.request.args.get("verdict", "")
    lines = select(IntakeLine).where(IntakeLine.intake_id == intake.id)
    if verdict in VERDICTS:
        lines = lines.where(IntakeLine.verdict == verdict)
    totals = intake.totals or {}
    names = intakes_figures.kind_names(language())
    return {
        "found": page(lines, IntakeLine.line),
        "verdict": verdict if verdict in VERDICTS else "",
        "names": names,
        "figures": intakes_figures.figures(totals, names),
        "loaded": intakes_figures.loaded(totals),
        "reasons": REASONS,
        "verdicts": VERDICTS,
        "tones": intakes_figures.TONES,
        "until": intakes.kept_until(intake),
        "present": intake.state == "checked" and _uploads().has(intake.id),
    }


@pages.get("/intakes/<uuid:intake_id>/progress")
@door("intake:show")
def progress(intake_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    return flask.jsonify(intakes_progress.seen(db.session.get_one(Intake, intake_id)))


@pages.post("/intakes/<uuid:intake_id>/checks")
@door("intake:check")
def check(intake_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    encoding = flask.request.form.get("encoding", "")
    if encoding not in intakes.ENCODINGS:
        flask.abort(400)
    intakes.check_again(intake_id, encoding=encoding, uploads=_uploads(), by=current_user)
    return flask.redirect(_address(intake_id))


@pages.post("/intakes/<uuid:intake_id>/load")
@door("intake:load")
def load(intake_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    intakes.load(intake_id, uploads=_uploads(), by=current_user)
    return flask.redirect(_address(intake_id))


@pages.post("/intakes/<uuid:intake_id>/cancellation")
@door("intake:cancel")
def cancel(intake_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    intakes.cancel(intake_id, uploads=_uploads(), by=current_user)
    flask.flash(_("取込みを取りやめました。ファイルは削除しました。"), "success")
    return flask.redirect(flask.url_for("intakes.index"))


@pages.get("/intakes/<uuid:intake_id>/errors")
@door("intake:errors")
def errors(intake_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    """The rejected records as they came, with what is wrong, as the check wrote them beside the upload."""
    intake = db.session.get_one(Intake, intake_id)
    uploads, encoding = _uploads(), intakes_files.ENCODINGS.get(flask.request.args.get("encoding", ""), "utf-8-sig")
    if intake.state != "checked" or not uploads.has(intake_id, ERRORS):
        raise intakes.Gone
    scope.note("intake", [intake_id], "export")
    name = _("取込エラー_%(day)s.csv", day=intake.as_of.isoformat())
    return intakes_files.transcoded(uploads.get(intake_id, ERRORS).open(), encoding, name)


@pages.get("/intakes/template")
@door("intake:template")
def template() -> flask.typing.ResponseReturnValue:
    """An empty file to fill in: `kind` of sheets.TYPES, `profile` ledger or related; unsaid, a ledger as CSV."""
    profile, kind = flask.request.args.get("profile", "ledger"), flask.request.args.get("kind", "csv")
    if profile not in TEMPLATES or kind not in sheets.TYPES:
        flask.abort(404)
    out = io.BytesIO()
    templates.write(kind, profile, out)
    name = f"{TEMPLATES[profile]}.{'xlsx' if kind == 'xlsx' else 'csv'}"
    return intakes_files.attachment(out.getvalue(), sheets.TYPES[kind], name)


def _address(intake_id: uuid.UUID) -> str:
    return flask.url_for("intakes.show", intake_id=intake_id)


def _uploads() -> Uploads:
    return Uploads.of(flask.current_app.config)
