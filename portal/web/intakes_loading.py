"""After the desk's word: a load that stopped at lost protection marks (二人確認), and a load that is taken back."""

import uuid

import flask
from flask_babel import gettext as _
from flask_login import current_user

from portal.access import scope
from portal.access.doors import door
from portal.actions import intake_marks, intake_undoing, intakes
from portal.actions.protections import OwnRequest
from portal.adapters.storage import Uploads
from portal.db import db
from portal.models.intakes import Intake
from portal.models.organisations import Account

pages = flask.Blueprint("loads", __name__)
Answer = flask.typing.ResponseReturnValue


@pages.get("/intakes/<uuid:intake_id>/unprotection")
@door("intake:show")
def unprotection(intake_id: uuid.UUID) -> Answer:
    """Whose mark the file has no more: numbers only, which is all that is stored of them."""
    intake = db.session.get_one(Intake, intake_id)
    asked = intake_marks.standing(intake_id)
    concerned = intake_marks.concerned(intake_id)
    scope.note("person", list({row.person_id: None for row in concerned}))
    asker = db.session.get(Account, asked.asked_by) if asked else None
    return flask.render_template(
        "intakes/unprotection.html", intake=intake, asked=asked, asker=asker, concerned=concerned,
        own=bool(asked and asked.asked_by == current_user.account_id), until=intakes.kept_until(intake),
    )  # fmt: skip


@pages.post("/intakes/<uuid:intake_id>/unprotection/approval")
@door("intake:unprotect")
def approve(intake_id: uuid.UUID) -> Answer:
    return _decided(intake_id, "approve", _("承認しました。取込みを続けます。"))


@pages.post("/intakes/<uuid:intake_id>/unprotection/refusal")
@door("intake:unprotect")
def refuse(intake_id: uuid.UUID) -> Answer:
    return _decided(intake_id, "refuse", _("承認しませんでした。取込みを取りやめました。"))


def _decided(intake_id: uuid.UUID, answer: str, done: str) -> Answer:
    try:
        intake_marks.decide(intake_id, answer=answer, uploads=Uploads.of(flask.current_app.config), by=current_user)
    except OwnRequest as error:
        flask.flash(_(error.label), "error")
        return flask.redirect(flask.url_for("loads.unprotection", intake_id=intake_id))
    flask.flash(done, "success")
    return flask.redirect(flask.url_for("intakes.show", intake_id=intake_id))


@pages.get("/intakes/<uuid:intake_id>/undoing")
@door("intake:undo")
def undoing(intake_id: uuid.UUID) -> Answer:
    intake = db.session.get_one(Intake, intake_id)
    used = intake_undoing.use(intake) if intake.state == "loaded" else None
    loaded = (intake.totals or {}).get("loaded", {})
    return flask.render_template(
        "intakes/undoing.html", intake=intake, used=used, uses=intake_undoing.USES, loaded=loaded
    )


@pages.post("/intakes/<uuid:intake_id>/undoing")
@door("intake:undo")
def undo(intake_id: uuid.UUID) -> Answer:
    try:
        intake_undoing.ask(intake_id, by=current_user)
    except intake_undoing.Used as error:
        flask.flash(_(error.label), "error")
        return flask.redirect(flask.url_for("loads.undoing", intake_id=intake_id))
    return flask.redirect(flask.url_for("intakes.show", intake_id=intake_id))
