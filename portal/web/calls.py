"""Calls: opening one, writing it down, and writing down one that took place already."""

import uuid
from typing import Any

import flask
from flask_babel import gettext
from flask_login import current_user

from portal.access import scope
from portal.access.doors import door
from portal.actions import calls, cases
from portal.db import db
from portal.web.calls_forms import CallForm, PastCallForm

pages = flask.Blueprint("calls", __name__)
Answer = flask.typing.ResponseReturnValue


@pages.post("/cases/<uuid:case_id>/calls")
@door("call:open")
def open(case_id: uuid.UUID) -> Answer:
    try:
        call = calls.open(case_id, slot=flask.request.form.get("number", "1"), by=current_user)
    except calls.Refused as refused:
        return _page("cases/show.html", _undone(case_id), refusal=refused.label), 409
    return flask.redirect(flask.url_for("calls.show", call_id=call.id))


@pages.get("/calls/<uuid:call_id>")
@door("call:log")
def show(call_id: uuid.UUID) -> Answer:
    """The case screen with the line up: the number, and the form for what is heard."""
    call = calls.own(call_id, by=current_user)
    if call.state != "open":
        return flask.redirect(flask.url_for("cases.show", case_id=call.case_id))
    screen = cases.show(call.case_id, by=current_user)
    return _page("calls/show.html", screen, form=CallForm(formdata=None).offer(screen))


@pages.post("/calls/<uuid:call_id>/log")
@door("call:log")
def log(call_id: uuid.UUID) -> Answer:
    call, form = calls.own(call_id, by=current_user), CallForm()
    if not form.validate_on_submit():
        return _again("calls/show.html", call.case_id, form), 422
    try:
        logged = calls.log(call_id, said=form.said(), version=form.seen(), by=current_user)
    except calls.Mistaken as mistaken:
        form.blame(mistaken.fields)
        return _again("calls/show.html", call.case_id, form), 422
    except calls.Changed as changed:
        return _again("calls/show.html", call.case_id, form, refusal=changed.label), 409
    return _onwards(logged)


@pages.get("/cases/<uuid:case_id>/past-calls/new")
@door("call:log")
def past(case_id: uuid.UUID) -> Answer:
    screen = cases.show(case_id, by=current_user)
    first = next((number.slot for number in screen.numbers), None)
    return _page(
        "calls/past.html", screen, form=PastCallForm(formdata=None, channel="call", number=first).offer(screen)
    )


@pages.post("/cases/<uuid:case_id>/past-calls")
@door("call:log")
def record(case_id: uuid.UUID) -> Answer:
    form = PastCallForm()
    if not form.validate_on_submit():
        return _again("calls/past.html", case_id, form), 422
    try:
        logged = calls.record(
            case_id, at=form.at(), channel=form.channel.data, slot=form.number.data, said=form.said(),
            version=form.seen(), by=current_user,
        )  # fmt: skip
    except calls.Mistaken as mistaken:
        form.blame(mistaken.fields)
        return _again("calls/past.html", case_id, form), 422
    except calls.Changed as changed:
        return _again("calls/past.html", case_id, form, refusal=changed.label), 409
    return _onwards(logged)


def _onwards(logged: calls.Logged) -> Answer:
    """保存 stays with the person; 保存して次の方へ takes the next, under its own action; hardship goes on to its sheet."""
    _tell(logged)
    then, case_id = logged.follow, logged.call.case_id
    if then.step == "refer":
        return flask.redirect(flask.url_for("referrals.new", case_id=case_id, urgency=then.refer, noticed_by="call"))
    if flask.request.form.get("then") == "next" and current_user.may("case:take"):
        return flask.redirect(flask.url_for("cases.next"), 307)
    return flask.redirect(flask.url_for("cases.show", case_id=case_id))


def _tell(logged: calls.Logged) -> None:
    said, then = logged.said, logged.follow
    flask.flash(gettext("通話を記録しました。"), "success")
    if then.step == "return_to_city":
        flask.flash(gettext("市へ返却しました。この方への連絡は止まりました。"), "success")
    if then.step == "hold":
        flask.flash(gettext("この方への連絡を止めました。市が確認します。"), "success")
    if then.supervisor and current_user.role == "agent":
        flask.flash(gettext("すぐに管理者（SV）へ知らせてください。"), "warning")
    if logged.call.breach:
        flask.flash(gettext("この通話は、基準外として記録されました。"), "warning")
    if said.unidentified and logged.call.outcome != "49":
        flask.flash(gettext("本人確認が二つそろっていません。債権の内容はお伝えできません。"), "warning")


def _undone(case_id: uuid.UUID) -> cases.Screen:
    """The screen as it is without what has just been refused."""
    db.session.rollback()
    return cases.show(case_id, by=current_user)


def _again(template: str, case_id: uuid.UUID, form: Any, **more: Any) -> str:
    screen = _undone(case_id)
    return _page(template, screen, form=form.offer(screen), **more)


def _page(template: str, screen: cases.Screen, **more: Any) -> str:
    scope.note("casefile", [screen.file.id])
    return flask.render_template(template, s=screen, **more)
