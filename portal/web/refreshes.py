"""氏名・住所の反映: what would change in the partner's copy, and the act that sends it."""

import uuid

import flask
from flask_babel import gettext as _
from flask_login import current_user

from portal.access import scope
from portal.access.doors import door
from portal.actions import placed, refreshes
from portal.rules.disclosures import FIELDS, GROUNDS
from portal.rules.lifecycles import NotNow

pages = flask.Blueprint("refreshes", __name__)
Answer = flask.typing.ResponseReturnValue
LABELS = refreshes.SHOWN | {"care": FIELDS["care"]}


@pages.get("/placements/<uuid:case_id>/refresh")
@door("case:refresh")
def ask(case_id: uuid.UUID) -> Answer:
    given = placed.placement(case_id)
    scope.note("casefile", [case_id])
    try:
        found, refusal = refreshes.differences(case_id), None
    except refreshes.Refused as error:
        found, refusal = [], error.label
    return flask.render_template(
        "refreshes/ask.html", line=placed.lines([case_id])[case_id], given=given, found=found, refusal=refusal, labels=LABELS,
        ground=GROUNDS[given.Organisation.kind],
    )  # fmt: skip


@pages.post("/placements/<uuid:case_id>/refresh")
@door("case:refresh")
def refresh(case_id: uuid.UUID) -> Answer:
    try:
        refreshes.refresh(case_id, by=current_user)
        flask.flash(_("委託先の氏名・住所を台帳に合わせました。外部提供記録に残りました。"), "success")
    except refreshes.Refused as error:
        flask.flash(_(error.label), "info")
    except NotNow:
        flask.abort(409)
    return flask.redirect(flask.url_for("placements.show", case_id=case_id))
