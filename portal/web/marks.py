"""注意事項: set and ended by hand on a person, each with its reason."""

import uuid

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import marks, persons
from portal.db import db
from portal.models.persons import Mark
from portal.rules.movements import EFFECT_LABELS, EFFECTS
from portal.rules.placeability import BY_HAND
from portal.web.choices import offered

pages = flask.Blueprint("marks", __name__)
Answer = flask.typing.ResponseReturnValue


def _reason(label: str) -> TextAreaField:
    return TextAreaField(
        label,
        [InputRequired(_l("理由を入力してください。")), Length(max=500, message=_l("500文字以内で入力してください。"))],
        description=_l("起案番号・決裁日や確認した書類を書いてください。委託先には表示されません。"),
    )


class MarkForm(FlaskForm):
    code = RadioField(_l("注意事項"), [InputRequired(_l("注意事項を選んでください。"))])
    reason = _reason(_l("付ける理由"))

    def offer(self) -> "MarkForm":
        self.code.choices = offered((code, _(label)) for code, label in BY_HAND.items())
        return self


class EndForm(FlaskForm):
    reason = _reason(_l("外す理由"))


@pages.get("/persons/<uuid:person_id>/marks/new")
@door("mark:set")
def ask(person_id: uuid.UUID) -> str:
    return _ask(person_id, MarkForm(formdata=None).offer())


def _ask(person_id: uuid.UUID, form: MarkForm) -> str:
    person = persons.known(person_id)
    scope.note("person", [person_id])
    standing = {row.Mark.code for row in marks.of_person(person_id) if row.Mark.ended_at is None}
    notes = {code: _(marks.FOLLOWS[EFFECTS[code]]) for code in BY_HAND}
    return flask.render_template("marks/new.html", person=person, form=form, standing=standing, notes=notes)


@pages.post("/persons/<uuid:person_id>/marks")
@door("mark:set")
def set_mark(person_id: uuid.UUID) -> Answer:
    form = MarkForm().offer()
    if not form.validate():
        return _ask(person_id, form), 422
    try:
        effect = marks.set_by_hand(person_id, form.code.data, reason=form.reason.data, by=current_user)
    except marks.MarkedAlready as error:
        flask.flash(_(error.label), "info")
    else:
        flask.flash(_("注意事項を付けました。"), "success")
        if effect != "none":
            flask.flash(_("委託中の案件：%(effect)s", effect=_(EFFECT_LABELS[effect])), "info")
    return flask.redirect(flask.url_for("persons.show", person_id=person_id))


@pages.get("/marks/<uuid:mark_id>/end")
@door("mark:end")
def ask_end(mark_id: uuid.UUID) -> str:
    return _ask_end(mark_id, EndForm(formdata=None))


def _ask_end(mark_id: uuid.UUID, form: EndForm) -> str:
    mark = db.session.get_one(Mark, mark_id)
    scope.note("person", [mark.person_id])
    return flask.render_template(
        "marks/end.html", mark=mark, person=persons.known(mark.person_id), form=form, labels=BY_HAND
    )


@pages.post("/marks/<uuid:mark_id>/end")
@door("mark:end")
def end(mark_id: uuid.UUID) -> Answer:
    form = EndForm()
    if not form.validate():
        return _ask_end(mark_id, form), 422
    person_id = db.session.get_one(Mark, mark_id).person_id
    try:
        marks.end(mark_id, reason=form.reason.data, by=current_user)
        flask.flash(_("注意事項を外しました。この注意事項による連絡停止も解きました。"), "success")
    except marks.EndedAlready as error:
        flask.flash(_(error.label), "info")
    return flask.redirect(flask.url_for("persons.show", person_id=person_id))
