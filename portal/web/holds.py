"""回収再開: after welfare has answered the desk resumes or withdraws; and all that stops contact with one person."""

import uuid
from collections.abc import Sequence
from typing import Any

import flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import aliased
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import holds, referrals
from portal.db import db
from portal.i18n import N_
from portal.models.casefiles import Casefile, Contactee
from portal.models.organisations import Account, Organisation
from portal.models.placements import Hold, Placement
from portal.models.receivables import Debtor, Person
from portal.models.referrals import Care, Referral
from portal.rules import hardship, urgency
from portal.rules.lifecycles import STATES

pages = flask.Blueprint("holds", __name__)
Answer = flask.typing.ResponseReturnValue
KINDS = {
    "referral": N_("福祉へのつなぎ"),
    "return": N_("市への返却"),
    "attempt": N_("通話での申出"),
    "protection": N_("支援措置"),
    "desk": N_("債権管理課による停止"),
    "movement": N_("台帳の異動"),
    "mark": N_("注意事項"),
}


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _l("理由"),
        [
            InputRequired(_l("理由を入力してください。")),
            Length(max=2000, message=_l("2,000文字以内で入力してください。")),
        ],
        description=_l("起案番号・決裁日があれば併せて書いてください。委託先には表示されません。"),
    )


@pages.get("/referrals/<uuid:referral_id>/decision")
@door("inbox:show")
def referral(referral_id: uuid.UUID) -> Answer:
    return _referral(referral_id, ReasonForm(formdata=None))


@pages.post("/referrals/<uuid:referral_id>/resumption")
@door("hold:lift")
def resume(referral_id: uuid.UUID) -> Answer:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _referral(referral_id, form), 422
    referrals.resume(referral_id, reason=form.reason.data, by=current_user)
    flask.flash(gettext("回収再開としました。このつなぎによる連絡停止を解きました。"), "success")
    return flask.redirect(flask.url_for("inbox.index"))


@pages.post("/referrals/<uuid:referral_id>/withdrawal")
@door("case:recall")
def withdraw(referral_id: uuid.UUID) -> Answer:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _referral(referral_id, form), 422
    referrals.withdraw(referral_id, reason=form.reason.data, by=current_user)
    flask.flash(gettext("引き揚げました。この方への連絡は止めたままです。"), "success")
    return flask.redirect(flask.url_for("inbox.index"))


def _referral(referral_id: uuid.UUID, form: ReasonForm) -> str:
    """What the desk needs to decide, and no more: not the sheet, not the assessment."""
    row = db.session.execute(
        select(
            Referral.id, Referral.case_id, Referral.urgency, Referral.at, Referral.outcome, Care, Casefile.number,
            Casefile.balance, Contactee.name, Contactee.kana, Placement.person_id, Placement.ended_at,
            Organisation.name.label("partner"),
        )
        .join(Casefile, Casefile.id == Referral.case_id)
        .join(Placement, Placement.case_id == Casefile.id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .outerjoin(Care, Care.referral_id == Referral.id)
        .outerjoin(Contactee, Contactee.case_id == Casefile.id)
        .where(Referral.id == referral_id)
    ).one()  # fmt: skip
    scope.note("casefile", [row.case_id])
    others = [hold for hold in holds.live(row.person_id) if hold.source_id != referral_id]
    return flask.render_template(
        "holds/referral.html", form=form, row=row, care=row.Care, others=others, levels=urgency.LEVELS,
        outcomes=hardship.OUTCOMES, bare=hardship.BARE, states=STATES["referral"], kinds=KINDS,
    )  # fmt: skip


@pages.get("/persons/<uuid:person_id>/holds")
@door("person:show")
def index(person_id: uuid.UUID) -> Answer:
    return _index(person_id)


@pages.post("/holds/<uuid:hold_id>/lifting")
@door("hold:lift")
def lift(hold_id: uuid.UUID) -> Answer:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _index(db.session.get_one(Hold, hold_id).person_id, wrong=hold_id, errors=form.reason.errors), 422
    hold = holds.resume(hold_id, reason=form.reason.data, by=current_user)
    flask.flash(gettext("連絡停止を解きました。"), "success")
    return flask.redirect(flask.url_for("holds.index", person_id=hold.person_id))


def _index(person_id: uuid.UUID, wrong: uuid.UUID | None = None, errors: Sequence[str] = ()) -> str:
    """`wrong`: the hold whose reason came back with `errors`."""
    db.session.get_one(Person, person_id)
    scope.note("person", [person_id])
    asker, lifter = aliased(Account), aliased(Account)
    rows: Any = db.session.execute(
        select(Hold, Organisation.name.label("source"), asker.name.label("asker"), lifter.name.label("lifter"))
        .join(Organisation, Organisation.id == Hold.source_org)
        .join(asker, asker.id == Hold.by_id)
        .outerjoin(lifter, lifter.id == Hold.lifted_by)
        .where(Hold.person_id == person_id)
        .order_by(Hold.at.desc(), Hold.id.desc())
    ).all()
    names = db.session.execute(
        select(Debtor.name, Debtor.kana).where(Debtor.person_id == person_id, Debtor.name.is_not(None))
    )
    live = [row for row in rows if row.Hold.lifted_at is None]
    blocked = {hold: gettext(holds.BLOCKED[kind]) for hold, kind in holds.blocked([row.Hold for row in live]).items()}
    return flask.render_template(
        "holds/index.html", rows=rows, live=live, blocked=blocked, kinds=KINDS, person_id=person_id, wrong=wrong,
        errors=errors, name=names.first(),
    )  # fmt: skip
