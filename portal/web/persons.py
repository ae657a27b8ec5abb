"""本人の画面: one human being under all numbers, what partners were given, what stops contact, 支援措置."""

import uuid

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.exc import NoResultFound
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import (
    approvals,
    marks,
    matches,
    persons,
    placed,
    protections,
    related,
    searches,
)
from portal.clock import day_of
from portal.db import db
from portal.models.placements import Approval
from portal.rules.eligibility import VERDICTS
from portal.rules.lifecycles import STATES, NotNow
from portal.rules.placeability import BY_HAND, LABELS
from portal.web.persons_search import SearchForm

pages = flask.Blueprint("persons", __name__)
Answer = flask.typing.ResponseReturnValue
STOPS = {
    "referral": _l("福祉へのつなぎ"),
    "return": _l("市への返却"),
    "attempt": _l("通話での申出"),
    "protection": _l("支援措置"),
    "desk": _l("債権管理課による停止"),
    "movement": _l("台帳の異動"),
    "mark": _l("注意事項"),
}
PAGE = 50


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _l("解除を申し出る理由"),
        [InputRequired(_l("理由を入力してください。")), Length(max=500, message=_l("500文字以内で入力してください。"))],
        description=_l("起案番号・決裁日があれば併せて書いてください。承認する職員が読みます。"),
    )


@pages.get("/persons/search")
@door("person:find")
def find() -> str:
    return flask.render_template("persons/find.html", form=SearchForm(formdata=None), found=None)


@pages.post("/persons/search")
@door("person:find")
def found() -> Answer:
    """What is sought travels in the body: it must not stand in an address. One hit is opened at once."""
    form = SearchForm()
    if not form.validate():
        return flask.render_template("persons/find.html", form=form, found=None), 422
    hits = searches.find(form.sought(), size=PAGE, after=form.after)
    scope.note("person", list(hits.persons))
    if hits.count == 1 and hits.persons:
        return flask.redirect(flask.url_for("persons.show", person_id=hits.persons[0]))
    lines = searches.lines(hits.persons)
    return flask.render_template("persons/find.html", form=form, found=hits, lines=lines, most=searches.MOST)


@pages.get("/persons/<uuid:person_id>")
@door("person:show")
def show(person_id: uuid.UUID) -> Answer:
    try:
        return _show(person_id, ReasonForm(formdata=None))
    except NoResultFound:
        if kept := matches.kept_for(person_id):
            flask.flash(_("この方は名寄せでまとめられています。まとめた先の方を表示しています。"), "info")
            return flask.redirect(flask.url_for("persons.show", person_id=kept))
        raise


def _show(person_id: uuid.UUID, form: ReasonForm) -> str:
    person = persons.known(person_id)
    scope.note("person", [person_id])
    claims, around = persons.claims(person_id), related.of_person(person_id)
    today = day_of(scope.now())
    ledger = "disclosures.person" in flask.current_app.view_functions
    return flask.render_template(
        "persons/show.html", person=person, form=form, today=today, me=current_user.account_id, ledger=ledger,
        holds=placed.holds(person_id), files=persons.files(person_id), claims=claims, sums=persons.sums(claims, today),
        marks=marks.of_person(person_id), by_hand=BY_HAND, relations=related.RELATIONS, related=around,
        debtors_too=related.debtors_too([row.Related for row in around], person_id),
        matches=matches.of_person(person_id),
        requests=approvals.of_person(person_id), stops=STOPS, verdicts=VERDICTS, labels=LABELS,
        states=STATES,
    )  # fmt: skip


@pages.post("/persons/<uuid:person_id>/holds")
@door("hold:place")
def stop(person_id: uuid.UUID) -> Answer:
    persons.stop(person_id, by=current_user)
    flask.flash(_("この方への連絡を止めました。すべての委託先に反映されています。"), "success")
    return _back(person_id)


@pages.get("/persons/<uuid:person_id>/protection")
@door("person:protect")
def ask_protection(person_id: uuid.UUID) -> str:
    person = persons.known(person_id)
    scope.note("person", [person_id])
    live = [file for file in persons.files(person_id) if file.Placement.ended_at is None]
    return flask.render_template("persons/protect.html", person=person, live=live)


@pages.post("/persons/<uuid:person_id>/protection")
@door("person:protect")
def protect(person_id: uuid.UUID) -> Answer:
    try:
        files = persons.protect(person_id, by=current_user)
    except persons.ProtectedAlready as error:
        flask.flash(_(error.label), "info")
    else:
        flask.flash(_("支援措置を記録し、委託中の%(n)s件を引き揚げました。", n=files), "success")
    return _back(person_id)


@pages.post("/persons/<uuid:person_id>/protection/requests")
@door("protection:ask")
def ask(person_id: uuid.UUID) -> Answer:
    form = ReasonForm()
    if not form.validate():
        return _show(person_id, form), 422
    try:
        protections.ask(person_id, reason=form.reason.data, by=current_user)
        flask.flash(_("解除を申し出ました。別の職員の承認を待ちます。"), "success")
    except protections.Refused as error:
        flask.flash(_(error.label), "error")
    return _back(person_id)


@pages.post("/approvals/<uuid:approval_id>/decision")
@door("protection:decide")
def decide(approval_id: uuid.UUID) -> Answer:
    answer = flask.request.form.get("answer", "")
    if answer not in ("approve", "refuse"):
        flask.abort(400)
    try:
        decided = protections.decide(approval_id, answer=answer, by=current_user)
        flask.flash(_("承認しました。") if decided.decision == "approved" else _("承認しませんでした。"), "success")
    except protections.OwnRequest as error:
        flask.flash(_(error.label), "error")
    except NotNow:
        flask.flash(_("すでに回答済みです。"), "info")
    return _back(db.session.get_one(Approval, approval_id).noun_id)


@pages.post("/persons/<uuid:person_id>/protection/end")
@door("protection:lift")
def lift(person_id: uuid.UUID) -> Answer:
    try:
        protections.lift(person_id, by=current_user)
        flask.flash(_("支援措置を解除しました。氏名・住所は次の台帳の取込みで戻ります。"), "success")
    except protections.Refused as error:
        flask.flash(_(error.label), "error")
    return _back(person_id)


def _back(person_id: uuid.UUID) -> Answer:
    return flask.redirect(flask.url_for("persons.show", person_id=person_id))
