"""見出しと種別の読替え: what a source calls our columns and kinds, said once with the file in sight."""

import json
import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from portal.access import scope
from portal.access.doors import door
from portal.actions import intakes, mappings
from portal.adapters.encodings import NAMES
from portal.adapters.storage import PREVIEW, Uploads
from portal.db import db
from portal.models.intakes import Intake
from portal.models.receivables import ClaimKind
from portal.rules.ledger import check_digit
from portal.rules.ledger_layout import COLUMNS
from portal.rules.ledger_mapping import Mapping
from portal.web.frame import language
from portal.web.mappings_forms import MappingForm, form_for, said

pages = flask.Blueprint("mappings", __name__)
OPEN = ("unmapped", "checked")


@pages.get("/mappings")
@door("mapping:list")
def index() -> str:
    return flask.render_template("mappings/index.html", found=mappings.by_source())


@pages.get("/mappings/<uuid:mapping_id>")
@door("mapping:show")
def show(mapping_id: uuid.UUID) -> str:
    who, mapping = mappings.author(mapping_id), mappings.of(mapping_id)
    return flask.render_template(
        "mappings/show.html", who=who, mapping=mapping, columns=COLUMNS, kinds=dict(_kinds())
    )  # fmt: skip


@pages.get("/intakes/<uuid:intake_id>/mapping")
@door("mapping:draft")
def draft(intake_id: uuid.UUID) -> str:
    intake = db.session.get_one(Intake, intake_id)
    seen = _seen(intake)
    was = said(mappings.of(intake.mapping_id), seen)
    return _page(intake, seen, form_for(seen, _kinds(), _city_codes(), formdata=None, data=was))


@pages.post("/intakes/<uuid:intake_id>/mapping")
@door("mapping:save")
def save(intake_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    intake = db.session.get_one(Intake, intake_id)
    seen = _seen(intake)
    form = form_for(seen, _kinds(), _city_codes())
    if not form.validate():
        return _page(intake, seen, form), 422
    mapping = _with_known(form.mapping, seen, mappings.of(intake.mapping_id))
    mappings.save(intake_id, mapping, uploads=_uploads(), by=current_user)
    flask.flash(_("読替えを保存しました。この読替えで確認し直しています。"), "success")
    return flask.redirect(flask.url_for("intakes.show", intake_id=intake_id))


def _with_known(mapping: Mapping, seen: dict[str, Any], before: Mapping | None) -> Mapping:
    """Codes stand for the column they were found in: with another one chosen, they are asked for after the check. What
    was said before of codes that this file does not hold stays."""
    column = mapping.headings["債権種別コード"]
    known = before.kinds if before and before.headings.get("債権種別コード") == column else {}
    kept = {code: ours for code, ours in known.items() if code not in (seen["codes"] or ())}
    return Mapping(mapping.headings, mapping.fixed, kept | (mapping.kinds if column == seen["kind"] else {}))


def _page(intake: Intake, seen: dict[str, Any], form: MappingForm) -> str:
    scope.note("intake", [intake.id])
    return flask.render_template(
        "mappings/draft.html", intake=intake, seen=seen, form=form, encodings=intakes.ENCODINGS, words=NAMES
    )


def _seen(intake: Intake) -> dict[str, Any]:
    """What the check found; without it there is nothing to decide on."""
    if intake.state not in OPEN or not _uploads().has(intake.id, PREVIEW):
        raise intakes.Gone
    with _uploads().get(intake.id, PREVIEW).open() as stream:
        seen: dict[str, Any] = json.load(stream)
    return seen


def _kinds() -> list[tuple[str, str]]:
    """(code, words) of the newest version; a class the portal must not keep says so."""
    name = ClaimKind.name_en if language() == "en" else ClaimKind.name_ja
    rows = db.session.execute(
        select(ClaimKind.code, name, ClaimKind.class_).order_by(ClaimKind.code, ClaimKind.version)
    )
    words = {"enforceable_public": _("（取込対象外）")}
    return list({code: (code, f"{code} {name}{words.get(class_, '')}") for code, name, class_ in rows}.values())


def _city_codes() -> list[str]:
    code = flask.current_app.config["CITY_CODE"]
    return [code, code + check_digit(code)]


def _uploads() -> Uploads:
    return Uploads.of(flask.current_app.config)
