"""受領確認・受任の回答: the partner's list and its answer, one file or many; and the desk's answer to a question."""

import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import RadioField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import acceptances, placed
from portal.db import db
from portal.models.casefiles import Casefile, Contactee
from portal.models.plans import Acceptance
from portal.rules.lifecycles import NotNow
from portal.web.choices import offered
from portal.web.paging import page

pages = flask.Blueprint("acceptances", __name__)
Answer = flask.typing.ResponseReturnValue
TONES = {"unheard": "neutral", "waiting": "hold", "answered": "info", "accepted": "ok"}
WORDS = {
    "law_team": {"accepted": _l("受任する"), "declined": _l("受任できない"), "asked": _l("市に照会する")},
    "": {"accepted": _l("受領を確認する"), "declined": _l("受け取れない"), "asked": _l("市に照会する")},
}
# A law team takes a mandate, the others confirm a receipt.
STATES = {
    "law_team": {"unheard": _l("受任前"), "waiting": _l("市の回答待ち"), "answered": _l("市から回答あり"),
                 "accepted": _l("受任済み")},
    "": acceptances.STATES,
}  # fmt: skip
SAID = {
    "law_team": {"accepted": _l("受任"), "declined": _l("受任できない"), "asked": _l("市への照会")},
    "": {"accepted": _l("受領"), "declined": _l("受け取れない"), "asked": _l("市への照会")},
}
LONG = Length(max=2000, message=_l("2,000文字以内で入力してください。"))


class WordForm(FlaskForm):
    decision = RadioField(_l("回答"), [InputRequired(_l("回答を選んでください。"))])
    note = TextAreaField(
        _l("理由・照会の内容"), [LONG], description=_l("市の債権管理課が読みます。税に関することは書きません。")
    )

    def offer(self) -> "WordForm":
        self.decision.choices = offered(_words().items())
        return self

    def validate_note(self, field: TextAreaField) -> None:
        if self.decision.data in ("declined", "asked") and not (field.data or "").strip():
            raise ValidationError(_("理由または照会の内容を入力してください。"))


class AnswerForm(FlaskForm):
    decision = RadioField(
        _l("市の回答"),
        [InputRequired(_l("回答するか、引き揚げるかを選んでください。"))],
        choices=offered([("answer", _l("回答する")), ("take_back", _l("引き揚げる"))]),
    )
    answer = TextAreaField(
        _l("回答の内容"),
        [InputRequired(_l("回答の内容を入力してください。")), LONG],
        description=_l("「回答する」のときは、この文が委託先に表示されます。"),
    )


def _words(said: dict[str, Any] = WORDS) -> Any:
    return said.get(current_user.org_kind, said[""])


def _law() -> bool:
    return bool(current_user.org_kind == "law_team")


@pages.get("/acceptances")
@door("acceptance:list")
def index() -> str:
    totals = acceptances.totals()
    tab = flask.request.args.get("state", "unheard")
    tab = tab if tab in acceptances.STATES else "unheard"
    files = select(Casefile).where(Casefile.state == "open", acceptances.state() == tab)
    found = page(files, Casefile.placed_on, Casefile.id)
    ids = [row.id for row in found.rows]
    scope.note("casefile", ids)
    people = {p.case_id: p for p in db.session.scalars(select(Contactee).where(Contactee.case_id.in_(ids)))}
    return flask.render_template(
        "acceptances/index.html", found=found, people=people, last=acceptances.newest(ids), totals=totals, tab=tab,
        states=_words(STATES), tones=TONES, said=_words(SAID), law=_law(),
    )  # fmt: skip


@pages.post("/acceptances")
@door("acceptance:give")
def receive() -> Answer:
    """Those ticked, or all of which nothing is said yet."""
    chosen = flask.request.form.getlist("case")
    try:
        cases = None if flask.request.form.get("all") else [uuid.UUID(key) for key in chosen]
    except ValueError:
        flask.abort(400)
    if cases == []:
        flask.flash(_("案件を選んでください。"), "error")
        return flask.redirect(flask.url_for("acceptances.index"))
    count = f"{acceptances.receive(cases, by=current_user):,}"
    done = _("%(n)s件を受任しました。", n=count) if _law() else _("%(n)s件の受領を確認しました。", n=count)
    flask.flash(done, "success")
    return flask.redirect(flask.url_for("acceptances.index"))


@pages.get("/cases/<uuid:case_id>/acceptance")
@door("acceptance:list")
def show(case_id: uuid.UUID) -> Answer:
    asked = flask.request.args.get("decision")
    return _show(case_id, WordForm(formdata=None, decision=asked).offer())


@pages.post("/cases/<uuid:case_id>/acceptance")
@door("acceptance:give")
def give(case_id: uuid.UUID) -> Answer:
    form = WordForm().offer()
    if not form.validate():
        return _show(case_id, form), 422
    note = (form.note.data or "").strip() or None
    try:
        made = acceptances.give(case_id, decision=form.decision.data, note=note, by=current_user)
    except acceptances.Refused as error:
        flask.flash(_(error.label), "error")
    except NotNow:
        flask.abort(409)
    else:
        taken = _("受任しました。") if _law() else _("受領を確認しました。")
        sent = _("市へ送りました。回答をお待ちください。")
        flask.flash(taken if made.decision == "accepted" else sent, "success")
    return flask.redirect(flask.url_for("acceptances.index"))


def _show(case_id: uuid.UUID, form: WordForm) -> str:
    case, person = db.session.get_one(Casefile, case_id), db.session.get_one(Contactee, case_id)
    scope.note("casefile", [case_id])
    history = acceptances.history(case_id)
    last = history[0].Acceptance if history else None
    may_say = last is None or (last.decision != "accepted" and last.answered_at is not None)
    return flask.render_template(
        "acceptances/show.html",
        form=form,
        case=case,
        person=person,
        history=history,
        may_say=may_say,
        said=_words(SAID),
        law=_law(),
    )


@pages.get("/acceptances/<uuid:acceptance_id>")
@door("inbox:show")
def question(acceptance_id: uuid.UUID) -> Answer:
    return _question(acceptance_id, AnswerForm(formdata=None))


@pages.post("/acceptances/<uuid:acceptance_id>/answer")
@door("acceptance:answer")
def answer(acceptance_id: uuid.UUID) -> Answer:
    form = AnswerForm()
    if not form.validate_on_submit():
        return _question(acceptance_id, form), 422
    try:
        if form.decision.data == "answer":
            acceptances.answer(acceptance_id, answer=form.answer.data, by=current_user)
            flask.flash(_("回答しました。"), "success")
        else:
            acceptances.take_back(acceptance_id, reason=form.answer.data, by=current_user)
            flask.flash(_("案件を引き揚げました。"), "success")
    except acceptances.Refused as error:
        flask.flash(_(error.label), "error")
    return flask.redirect(flask.url_for("inbox.index"))


def _question(acceptance_id: uuid.UUID, form: AnswerForm) -> str:
    found = db.session.get_one(Acceptance, acceptance_id)
    line = placed.lines([found.case_id])[found.case_id]
    scope.note("casefile", [found.case_id])
    return flask.render_template(
        "acceptances/answer.html",
        form=form,
        found=found,
        line=line,
        history=acceptances.history(found.case_id),
        said=acceptances.SAID,
    )
