"""Letters sent, and letters that came back."""

import uuid

import flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import cases, letters
from portal.clock import day_of
from portal.rules.letters import ADDRESS_LOST, KINDS, RETURNED, kinds_for
from portal.web.choices import offered

pages = flask.Blueprint("letters", __name__)
Answer = flask.typing.ResponseReturnValue


class Day(DateField):
    def process_formdata(self, given: list[str]) -> None:
        try:
            super().process_formdata(given)
        except ValueError as error:
            raise ValueError(gettext("日付は「2026-12-01」の形で入力してください。")) from error


class LetterForm(FlaskForm):
    kind = RadioField(_l("文書の種類"), [InputRequired(_l("文書の種類を選んでください。"))])
    sent_on = Day(_l("発送日"), [InputRequired(_l("発送日を入力してください。"))])
    address = StringField(
        _l("送付先"), [InputRequired(_l("送付先を入力してください。")), Length(max=400)],
        description=_l("実際に送った宛先に直してください。"),
    )  # fmt: skip
    note = TextAreaField(_l("記録"), [Length(max=2000, message=_l("2,000文字以内で入力してください。"))])


class ReturnedForm(FlaskForm):
    returned_on = Day(_l("返戻日"), [InputRequired(_l("返戻日を入力してください。"))])
    reason = RadioField(
        _l("返戻の理由"), [InputRequired(_l("返戻の理由を選んでください。"))],
        choices=offered((code, _l(label)) for code, label in RETURNED.items()),
    )  # fmt: skip


@pages.get("/cases/<uuid:case_id>/letters/new")
@door("letter:log")
def new(case_id: uuid.UUID) -> Answer:
    screen = cases.show(case_id, by=current_user)
    form = LetterForm(formdata=None, sent_on=day_of(screen.now), address=letters.address_of(screen.person))
    return _new(screen, form)


@pages.post("/cases/<uuid:case_id>/letters")
@door("letter:log")
def log(case_id: uuid.UUID) -> Answer:
    screen, form = cases.show(case_id, by=current_user), LetterForm()
    form.kind.choices = offered(_kinds())
    if not form.validate_on_submit():
        return _new(screen, form), 422
    try:
        sent = letters.log(
            case_id, kind=form.kind.data, sent_on=form.sent_on.data, address=form.address.data.strip(),
            note=(form.note.data or "").strip() or None, by=current_user,
        )  # fmt: skip
    except letters.Mistaken as mistaken:
        return _new(screen, _blamed(form, mistaken)), 422
    flask.flash(gettext("送付を記録しました。"), "success")
    if sent.breach:
        flask.flash(gettext("この送付は、基準外として記録されました。"), "warning")
    return flask.redirect(flask.url_for("cases.show", case_id=case_id))


@pages.get("/letters/<uuid:letter_id>/return")
@door("letter:returned")
def back(letter_id: uuid.UUID) -> Answer:
    return _back(letter_id, ReturnedForm(formdata=None))


@pages.post("/letters/<uuid:letter_id>/return")
@door("letter:returned")
def returned(letter_id: uuid.UUID) -> Answer:
    form, letter = ReturnedForm(), letters.find(letter_id)
    if not form.validate_on_submit():
        return _back(letter_id, form), 422
    try:
        letters.returned(letter_id, on=form.returned_on.data, reason=form.reason.data, by=current_user)
    except letters.Mistaken as mistaken:
        return _back(letter_id, _blamed(form, mistaken)), 422
    flask.flash(gettext("郵便の返戻を記録しました。"), "success")
    if form.reason.data in ADDRESS_LOST:
        flask.flash(
            gettext("所在の調査は市が行います。連絡がつかないときは「所在不明」で市へ返却してください。"), "info"
        )
    return flask.redirect(flask.url_for("cases.show", case_id=letter.case_id))


def _kinds() -> list[tuple[str, str]]:
    return [(kind, gettext(KINDS[kind])) for kind in kinds_for(current_user.org_kind)]


def _new(screen: cases.Screen, form: LetterForm) -> str:
    form.kind.choices = offered(_kinds())
    scope.note("casefile", [screen.file.id])
    return flask.render_template("letters/new.html", s=screen, form=form)


def _back(letter_id: uuid.UUID, form: ReturnedForm) -> str:
    letter = letters.find(letter_id)
    screen = cases.show(letter.case_id, by=current_user)
    scope.note("casefile", [letter.case_id])
    return flask.render_template(
        "letters/back.html", s=screen, form=form, letter=letter, sent_on=day_of(letter.at), kinds=KINDS
    )


def _blamed(form: FlaskForm, mistaken: letters.Mistaken) -> FlaskForm:
    for field, sentence in mistaken.fields.items():
        form[field].errors = [*form[field].errors, gettext(sentence)]
    return form
