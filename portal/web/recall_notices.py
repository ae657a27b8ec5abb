"""引揚げの予告: the desk chooses and announces, the partner reads and objects, the desk answers."""

import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import placed, recall_notices
from portal.actions.recall_notices import Choice
from portal.clock import day_of
from portal.db import db
from portal.models.casefiles import Casefile, Contactee
from portal.models.placements import Placement
from portal.models.plans import RecallNotice
from portal.rules.lifecycles import STATES, NotNow
from portal.web.choices import offered
from portal.web.paging import page

pages = flask.Blueprint("recall_notices", __name__)
Answer = flask.typing.ResponseReturnValue
MONTHS = {"": _l("すべて"), "3": _l("3か月以上"), "6": _l("6か月以上"), "12": _l("1年以上"), "24": _l("2年以上")}
TABS = {"announced": _l("予告中"), "objected": _l("異議あり"), "withdrawn": _l("取消し")}
LONG = Length(max=2000, message=_l("2,000文字以内で入力してください。"))


class ChoiceForm(FlaskForm):
    """Stands in the address, and hidden in the form that follows."""

    class Meta:
        csrf = False

    org = SelectField(_l("委託先"), default="")
    months = SelectField(_l("引渡しからの期間"), default="", choices=offered(MONTHS.items()))
    unpaid = BooleanField(_l("収納が一度もない案件だけ"))

    def offer(self) -> "ChoiceForm":
        self.org.choices = offered([("", _("すべて")), *((str(key), name) for key, name in placed.partners())])
        self.validate()
        return self

    def choice(self) -> Choice:
        org = None if self.org.errors else self.org.data
        months = None if self.months.errors else self.months.data
        return Choice(uuid.UUID(org) if org else None, int(months) if months else None, bool(self.unpaid.data))

    def carried(self) -> dict[str, Any]:
        known = {f.name: f.data for f in self if not f.errors and f.data}
        return known | ({"unpaid": "y"} if "unpaid" in known else {})


class NoticeForm(FlaskForm):
    reason = TextAreaField(
        _l("引揚げの理由"),
        [InputRequired(_l("理由を入力してください。")), LONG],
        description=_l("委託先に表示されます。ご本人の事情や税に関することは書きません。"),
    )
    final_on = DateField(_l("引揚げ日"), [InputRequired(_l("引揚げ日を入力してください（例：2026-12-09）。"))])


class ObjectionForm(FlaskForm):
    objection = TextAreaField(
        _l("異議の内容"), [InputRequired(_l("異議の内容を入力してください。")), LONG],
        description=_l("市の債権管理課が読みます。申し出られるのは一度だけです。"),
    )  # fmt: skip


class AnswerForm(FlaskForm):
    decision = RadioField(
        _l("市の判断"),
        [InputRequired(_l("取り消すか、引き揚げるかを選んでください。"))],
        choices=offered([("withdraw", _l("予告を取り消す")), ("finalise", _l("引き揚げる"))]),
    )
    answer = TextAreaField(
        _l("判断の理由"), [InputRequired(_l("判断の理由を入力してください。")), LONG],
        description=_l("取り消すときは、この文が委託先に表示されます。"),
    )  # fmt: skip


@pages.get("/recall-notices")
@door("recall:list")
def index() -> str:
    """Of the partner its own; of the desk all."""
    totals = recall_notices.totals()
    tab = flask.request.args.get("state", "announced")
    tab = tab if tab in TABS else "announced"
    found = page(recall_notices.notices(tab), RecallNotice.final_on, RecallNotice.id)
    lines = recall_notices.lines([row.id for row in found.rows])
    scope.note("casefile", [row.case_id for row in found.rows])
    return flask.render_template(
        "recall_notices/index.html", found=found, lines=lines, totals=totals, tab=tab, tabs=TABS, desk=current_user.may("recall:answer"),
        today=day_of(scope.now()),
    )  # fmt: skip


@pages.get("/recall-notices/new")
@door("recall:announce")
def new() -> str:
    form, today = ChoiceForm(formdata=flask.request.args).offer(), day_of(scope.now())
    files = form.choice().files(today)
    count, total = placed.total(files)
    listed = page(files, Placement.placed_at, Placement.case_id)
    lines = placed.lines([row.case_id for row in listed.rows])
    scope.note("casefile", list(lines))
    return flask.render_template(
        "recall_notices/new.html", form=form, listed=listed, lines=lines, count=count, total=total
    )


@pages.post("/recall-notices/confirmation")
@door("recall:announce")
def confirm() -> Answer:
    choice, cases = _sent()
    if cases == []:
        flask.flash(_("予告する案件を選んでください。"), "error")
        return flask.redirect(flask.url_for("recall_notices.new", **choice.carried()))
    form = NoticeForm(formdata=None, final_on=recall_notices.last_day(day_of(scope.now())))
    return _confirm(choice, cases, form)


def _sent() -> tuple[ChoiceForm, list[uuid.UUID] | None]:
    """The conditions, and the files ticked; None: all that the conditions find."""
    choice = ChoiceForm(formdata=flask.request.form).offer()
    if flask.request.form.get("all"):
        return choice, None
    try:
        return choice, [uuid.UUID(key) for key in flask.request.form.getlist("case")]
    except ValueError:
        flask.abort(400)


def _confirm(choice: ChoiceForm, cases: list[uuid.UUID] | None, form: NoticeForm) -> str:
    files = choice.choice().files(day_of(scope.now()))
    files = files if cases is None else files.where(Placement.case_id.in_(cases))
    count, total = placed.total(files)
    return flask.render_template(
        "recall_notices/confirm.html", choice=choice, cases=cases, form=form, count=count, total=total,
        partners=recall_notices.by_partner(files),
    )  # fmt: skip


@pages.post("/recall-notices")
@door("recall:announce")
def announce() -> Answer:
    (choice, cases), form = _sent(), NoticeForm()
    if not form.validate():
        return _confirm(choice, cases, form), 422
    if cases is None:
        files = choice.choice().files(day_of(scope.now())).with_only_columns(Placement.case_id)
        cases = list(db.session.scalars(files))
    try:
        count = recall_notices.announce(cases, reason=form.reason.data, final_on=form.final_on.data, by=current_user)
    except recall_notices.Refused as error:
        form.form_errors.append(_(error.label))
        return _confirm(choice, cases, form), 422
    flask.flash(_("%(n)s件の引揚げを予告しました。", n=f"{count:,}"), "success")
    return flask.redirect(flask.url_for("recall_notices.index"))


@pages.get("/recall-notices/<uuid:notice_id>")
@door("recall:list")
def show(notice_id: uuid.UUID) -> Answer:
    return _show(notice_id, ObjectionForm(formdata=None), AnswerForm(formdata=None))


@pages.post("/recall-notices/<uuid:notice_id>/objection")
@door("recall:object")
def object_to(notice_id: uuid.UUID) -> Answer:
    form = ObjectionForm()
    if not form.validate():
        return _show(notice_id, form, AnswerForm(formdata=None)), 422
    try:
        recall_notices.object_to(notice_id, words=form.objection.data, by=current_user)
        flask.flash(_("異議を申し出ました。市が判断するまで、引き揚げられません。"), "success")
    except recall_notices.Refused as error:
        flask.flash(_(error.label), "error")
    except NotNow:
        flask.flash(_("この予告は、すでに取り消されています。"), "info")
    return flask.redirect(flask.url_for("recall_notices.index"))


@pages.post("/recall-notices/<uuid:notice_id>/answer")
@door("recall:answer")
def answer(notice_id: uuid.UUID) -> Answer:
    form = AnswerForm()
    if not form.validate():
        return _show(notice_id, ObjectionForm(formdata=None), form), 422
    act = recall_notices.withdraw if form.decision.data == "withdraw" else recall_notices.finalise
    try:
        act(notice_id, answer=form.answer.data, by=current_user)
    except NotNow as error:
        flask.flash(_("「%(state)s」のため、この操作はできません", state=_(error.label)), "error")
    else:
        done = _("予告を取り消しました。") if form.decision.data == "withdraw" else _("案件を引き揚げました。")
        flask.flash(done, "success")
    return flask.redirect(flask.url_for("inbox.index"))


def _show(notice_id: uuid.UUID, objection: ObjectionForm, answer: AnswerForm) -> str:
    notice, objector = recall_notices.said(notice_id)
    case = db.session.get_one(Casefile, notice.case_id)
    person = db.session.scalar(select(Contactee).where(Contactee.case_id == notice.case_id))
    scope.note("casefile", [notice.case_id])
    desk = current_user.may("recall:answer")
    partner = placed.lines([notice.case_id])[notice.case_id].partner if desk else None
    return flask.render_template(
        "recall_notices/show.html", notice=notice, objector=objector, case=case, person=person, partner=partner, desk=desk,
        objection=objection, answer=answer, states=STATES["recall_notice"], today=day_of(scope.now()),
    )  # fmt: skip
