"""関係者: entered, changed, ended and protected by the desk, from the page of a person."""

import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from portal.access import scope
from portal.access.doors import door
from portal.actions import persons, related
from portal.db import db
from portal.models.persons import Related
from portal.models.receivables import Debtor
from portal.rules import phones
from portal.web.choices import offered
from portal.web.pieces import number

pages = flask.Blueprint("related", __name__)
Answer = flask.typing.ResponseReturnValue
KNOWN = (*related.WHO_AND_WHERE, "valid_from", "valid_until")


def _text(label: str, most: int) -> StringField:
    return StringField(
        label,
        [Optional(), Length(max=most, message=_l("長すぎます。短くしてください。"))],
        filters=[lambda text: (text.strip() or None) if text else None],
    )


def _day(label: str) -> DateField:
    return DateField(label, [Optional()])


class RelatedForm(FlaskForm):
    name = _text(_l("氏名"), 100)
    kana = _text(_l("カナ氏名"), 100)
    postcode = _text(_l("郵便番号"), 8)
    address = _text(_l("住所（方書まで）"), 200)
    phone = _text(_l("電話番号"), 20)
    valid_from = _day(_l("いつから（任意）"))
    valid_until = _day(_l("いつまで（任意）"))

    def validate_phone(self, field: Field) -> None:
        try:
            phones.e164(field.data)
        except ValueError:
            raise ValidationError(_("電話番号として読めません。市外局番から入力してください。")) from None

    def validate_valid_until(self, field: Field) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("終わりの日は、始まりの日以後にしてください。"))

    def validate(self, extra_validators: Any = None) -> bool:
        well = super().validate(extra_validators)
        if self.name.data or self.address.data:
            return well
        self.name.errors = [_("氏名か住所のどちらかを入力してください。")]
        return False

    def known(self) -> dict[str, Any]:
        return {name: self[name].data for name in KNOWN}


class NewForm(RelatedForm):
    debtor = SelectField(_l("どの宛名番号の関係者か"), coerce=str)
    relation = SelectField(_l("続柄区分"), [InputRequired(_l("続柄区分を選んでください。"))])

    def offer(self, debtors: Any) -> "NewForm":
        self.debtor.choices = offered((str(d.id), number(d)) for d in debtors)
        self.relation.choices = offered((code, _(label)) for code, label in related.RELATIONS.items())
        return self


@pages.get("/persons/<uuid:person_id>/related/new")
@door("related:add")
def ask(person_id: uuid.UUID) -> str:
    person = persons.known(person_id)
    scope.note("person", [person_id])
    return flask.render_template("related/new.html", person=person, form=NewForm(formdata=None).offer(person.debtors))


@pages.post("/persons/<uuid:person_id>/related")
@door("related:add")
def add(person_id: uuid.UUID) -> Answer:
    person = persons.known(person_id)
    scope.note("person", [person_id])
    form = NewForm().offer(person.debtors)
    if not form.validate():
        return flask.render_template("related/new.html", person=person, form=form), 422
    try:
        related.add(uuid.UUID(form.debtor.data), form.relation.data, by=current_user, **form.known())
        flask.flash(_("関係者を登録しました。"), "success")
    except related.Refused as error:
        flask.flash(_(error.label), "error")
    return _back(person_id)


@pages.get("/related/<uuid:related_id>")
@door("related:change")
def edit(related_id: uuid.UUID) -> str:
    found = db.session.get_one(Related, related_id)
    return _edit(found, RelatedForm(formdata=None, obj=found))


def _edit(found: Related, form: RelatedForm) -> str:
    person_id = _person(found)
    scope.note("person", [person_id])
    return flask.render_template(
        "related/edit.html", related=found, person=persons.known(person_id), form=form, relations=related.RELATIONS
    )


@pages.post("/related/<uuid:related_id>")
@door("related:change")
def change(related_id: uuid.UUID) -> Answer:
    found, form = db.session.get_one(Related, related_id), RelatedForm()
    if not form.validate():
        return _edit(found, form), 422
    try:
        related.change(related_id, by=current_user, **form.known())
        flask.flash(_("関係者を変更しました。"), "success")
    except related.Refused as error:
        flask.flash(_(error.label), "error")
    return _back(_person(found))


@pages.post("/related/<uuid:related_id>/end")
@door("related:end")
def end(related_id: uuid.UUID) -> Answer:
    found = db.session.get_one(Related, related_id)
    try:
        related.end(related_id, by=current_user)
        flask.flash(_("関係者の登録を本日で終えました。"), "success")
    except related.Refused as error:
        flask.flash(_(error.label), "info")
    return _back(_person(found))


@pages.get("/related/<uuid:related_id>/protection")
@door("related:protect")
def ask_protection(related_id: uuid.UUID) -> str:
    found = db.session.get_one(Related, related_id)
    person_id = _person(found)
    scope.note("person", [person_id])
    return flask.render_template(
        "related/protect.html", related=found, person=persons.known(person_id), relations=related.RELATIONS
    )


@pages.post("/related/<uuid:related_id>/protection")
@door("related:protect")
def protect(related_id: uuid.UUID) -> Answer:
    found = related.protect(related_id, by=current_user)
    flask.flash(_("関係者の支援措置を記録し、氏名・住所・電話番号を消しました。"), "success")
    return _back(_person(found))


def _person(found: Related) -> uuid.UUID:
    return db.session.get_one(Debtor, found.debtor_id).person_id


def _back(person_id: uuid.UUID) -> Answer:
    return flask.redirect(flask.url_for("persons.show", person_id=person_id) + "#related")
