"""市へ返却する: the partner's form, and the desk's answer to it."""

import uuid
from typing import Any

import flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, RadioField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import returns
from portal.db import db
from portal.models.casefiles import Casefile, Contactee
from portal.models.organisations import Account, Organisation
from portal.models.placements import Placement
from portal.models.returns import Return
from portal.rules.returns import RETURN_REASONS
from portal.web.choices import offered

pages = flask.Blueprint("returns", __name__)
Answer = flask.typing.ResponseReturnValue


class ReturnForm(FlaskForm):
    reason = RadioField(
        _l("返却の理由"),
        [InputRequired(_l("返却の理由を選んでください。"))],
        choices=offered((code, _l(label)) for code, label in RETURN_REASONS.items()),
    )
    note = TextAreaField(
        _l("市への申し送り"),
        [Length(max=2000, message=_l("2,000文字以内で入力してください。"))],
        description=_l("ご本人が話されたことを、そのまま書いてください。税に関することは書きません。"),
    )

    def validate_note(self, field: TextAreaField) -> None:
        if self.reason.data == "other" and not (field.data or "").strip():
            raise ValidationError(_l("「その他」のときは、事情を入力してください。"))


class AnswerForm(FlaskForm):
    decision = RadioField(
        _l("市の回答"),
        [InputRequired(_l("受け付けるか、差し戻すかを選んでください。"))],
        choices=offered([("accept", _l("受け付ける")), ("ask_back", _l("差し戻す"))]),
    )
    answer = TextAreaField(
        _l("回答の内容"),
        [InputRequired(_l("回答の内容を入力してください。")), Length(max=2000)],
        description=_l("差し戻すときは、この文が委託先に表示されます。"),
    )
    lift = BooleanField(_l("受け付けと同時に、この返却による連絡停止を解く"))


@pages.get("/cases/<uuid:case_id>/return")
@door("case:show")
def new(case_id: uuid.UUID) -> Answer:
    form = ReturnForm(formdata=None, reason=flask.request.args.get("reason"))
    return _new(case_id, form)


@pages.post("/cases/<uuid:case_id>/return")
@door("return:send")
def send(case_id: uuid.UUID) -> Answer:
    form = ReturnForm()
    if not form.validate_on_submit():
        return _new(case_id, form), 422
    returns.send(case_id, reason=form.reason.data, note=(form.note.data or "").strip() or None, by=current_user)
    flask.flash(gettext("市へ返却しました。この方への連絡は止まりました。"), "success")
    return flask.redirect(flask.url_for("home.show"))


def _new(case_id: uuid.UUID, form: ReturnForm) -> str:
    case, person = db.session.get_one(Casefile, case_id), db.session.get_one(Contactee, case_id)
    scope.note("casefile", [case_id])
    waiting = returns.waiting(case_id)
    return flask.render_template("returns/new.html", form=form, case=case, person=person, waiting=waiting)


@pages.get("/returns/<uuid:return_id>")
@door("inbox:show")
def show(return_id: uuid.UUID) -> Answer:
    return _show(return_id, AnswerForm(formdata=None))


@pages.post("/returns/<uuid:return_id>/answer")
@door("return:answer")
def answer(return_id: uuid.UUID) -> Answer:
    form = AnswerForm()
    if not form.validate_on_submit():
        return _show(return_id, form), 422
    if form.decision.data == "accept":
        returns.accept(return_id, answer=form.answer.data, lift=form.lift.data, by=current_user)
        flask.flash(gettext("返却を受け付けました。案件は市へ戻りました。"), "success")
    else:
        returns.ask_back(return_id, answer=form.answer.data, by=current_user)
        flask.flash(gettext("差し戻しました。この返却による連絡停止を解きました。"), "success")
    return flask.redirect(flask.url_for("inbox.index"))


def _show(return_id: uuid.UUID, form: AnswerForm) -> str:
    row = _of_desk(return_id)
    scope.note("casefile", [row.Return.case_id])
    reason = gettext(RETURN_REASONS[row.Return.reason])
    return flask.render_template("returns/show.html", form=form, row=row, found=row.Return, reason=reason)


def _of_desk(return_id: uuid.UUID) -> Any:
    return db.session.execute(
        select(
            Return, Casefile.number, Casefile.balance, Contactee.name, Contactee.kana, Placement.person_id,
            Organisation.name.label("partner"), Account.name.label("sender"),
        )
        .join(Casefile, Casefile.id == Return.case_id)
        .join(Placement, Placement.case_id == Casefile.id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .join(Account, Account.id == Return.by_id)
        .outerjoin(Contactee, Contactee.case_id == Casefile.id)
        .where(Return.id == return_id)
    ).one()  # fmt: skip
