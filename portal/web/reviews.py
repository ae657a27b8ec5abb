"""検討中: the law team's files, one file claim by claim, its decisions; and the desk's answer to a decision."""

import functools
import uuid
from typing import Any

import flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import reviews, standings
from portal.clock import day_of
from portal.db import db
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Claim, ClaimEvent, Contactee
from portal.models.organisations import Account, Organisation
from portal.models.placements import Placement
from portal.models.reviews import NEVER, Docket, Review
from portal.rules import kinds, limitation_steps, outcomes
from portal.rules.contact_facts import CHANNELS
from portal.rules.lifecycles import STATES
from portal.rules.limitation import Event
from portal.rules.reviews import DECISIONS, HANDS_BACK, WHAT_FOLLOWS
from portal.web.choices import offered
from portal.web.paging import page

pages = flask.Blueprint("reviews", __name__)
Answer = flask.typing.ResponseReturnValue
CLASSES = {"private": _l("私債権"), "nonenforceable_public": _l("非強制徴収公債権")}
TABS = {"": None, "open": ("open", "sent_back"), "decided": ("decided",), "accepted": ("accepted",)}
TONES = {"open": "neutral", "decided": "hold", "accepted": "ok", "sent_back": "warn"}
LONG = Length(max=4000, message=_l("4,000文字以内で入力してください。"))


class DecisionForm(FlaskForm):
    decision = RadioField(
        _l("検討の結果"),
        [InputRequired(_l("検討の結果を選んでください。"))],
        choices=offered((code, _l(label)) for code, label in DECISIONS.items()),
    )
    reasons = TextAreaField(_l("理由"), [InputRequired(_l("理由を入力してください。")), LONG])


class AnswerForm(FlaskForm):
    decision = RadioField(
        _l("市の回答"),
        [InputRequired(_l("了承するか、差し戻すかを選んでください。"))],
        choices=offered([("accept", _l("了承する")), ("send_back", _l("差し戻す"))]),
    )
    answer = TextAreaField(
        _l("回答の内容"),
        [InputRequired(_l("回答の内容を入力してください。")), LONG],
        description=_l("決裁を要するときは、起案番号と決裁日も書いてください。弁護士に表示されます。"),
    )


@pages.get("/reviews")
@door("review:list")
def index() -> Answer:
    """The team's open files, the one that runs out first on top."""
    tab = flask.request.args.get("state", "")
    states = TABS.get(tab)
    these = select(Docket).where(Docket.state.in_(states)) if states else select(Docket)
    found = page(these, Docket.last_day, Docket.id)
    hits = these.subquery()
    count, total = db.session.execute(select(func.count(), func.coalesce(func.sum(hits.c.balance), 0))).one()
    ids = [row.id for row in found.rows]
    scope.note("casefile", ids)
    return flask.render_template(
        "reviews/index.html", found=found, standings=standings.of(ids), count=count, total=total, tab=tab, tabs=TABS, states=STATES["review"],
        tones=TONES, decisions=DECISIONS, never=NEVER, today=day_of(scope.now()),
    )  # fmt: skip


@pages.get("/reviews/<uuid:case_id>")
@door("review:list")
def show(case_id: uuid.UUID) -> Answer:
    return _show(case_id, DecisionForm(formdata=None))


@pages.post("/reviews/<uuid:case_id>/decisions")
@door("review:decide")
def decide(case_id: uuid.UUID) -> Answer:
    form = DecisionForm()
    if not form.validate_on_submit():
        return _show(case_id, form), 422
    made = reviews.decide(case_id, decision=form.decision.data, reasons=form.reasons.data, by=current_user)
    flask.flash(gettext("検討の結果を市へ送りました。"), "success")
    then = "referrals.new" if made.decision == "welfare" else "reviews.show"
    return flask.redirect(flask.url_for(then, case_id=case_id))


def _show(case_id: uuid.UUID, form: DecisionForm) -> str:
    case, person = db.session.get_one(Casefile, case_id), db.session.get_one(Contactee, case_id)
    scope.note("casefile", [case_id])
    history = reviews.history(case_id)
    state = history[0].state if history else "open"
    return flask.render_template(
        "reviews/show.html", standing=standings.of([case_id]).get(case_id), form=form, case=case, person=person, claims=_claims(case_id), record=_record(case_id),
        history=history, state=state, states=STATES["review"], tones=TONES, decisions=DECISIONS,
        follows={code: gettext(text) for code, text in WHAT_FOLLOWS.items()},
        today=day_of(scope.now()), steps=limitation_steps, classes=CLASSES, channels=CHANNELS,
        results=outcomes.RESULTS, outcomes=outcomes.OUTCOMES,
    )  # fmt: skip


@functools.cache
def _kinds() -> dict[str, kinds.Kind]:
    return {code: versions[0] for code, versions in kinds.by_code(kinds.shipped()).items()}


def _claims(case_id: uuid.UUID) -> list[tuple[Claim, list[ClaimEvent], Any]]:
    """Each claim, what moved its limitation, and the way to its last day (empty when the copy does not show it)."""
    events: dict[uuid.UUID, list[ClaimEvent]] = {}
    for event in db.session.scalars(
        select(ClaimEvent).where(ClaimEvent.case_id == case_id).order_by(ClaimEvent.happened_on)
    ):
        events.setdefault(event.claim_id, []).append(event)
    own = select(Claim).where(Claim.case_id == case_id).order_by(Claim.last_day, Claim.due_on, Claim.id)
    return [
        (claim, events.get(claim.id, []), _steps(claim, events.get(claim.id, []))) for claim in db.session.scalars(own)
    ]


def _steps(claim: Claim, events: list[ClaimEvent]) -> Any:
    kind = _kinds().get(claim.kind_code)
    happened = [Event(event.kind, event.happened_on) for event in events]
    return limitation_steps.steps(kind, claim.due_on, claim.last_day, happened) if kind else ()


def _record(case_id: uuid.UUID) -> Any:
    """The law team's own contact, newest first: rows of (Attempt, who)."""
    rows = select(Attempt, Account.name).join(Account, Account.id == Attempt.by_id).where(Attempt.case_id == case_id)
    return db.session.execute(rows.order_by(Attempt.at.desc(), Attempt.id.desc())).all()


@pages.get("/reviews/decisions/<uuid:review_id>")
@door("inbox:show")
def decision(review_id: uuid.UUID) -> Answer:
    return _decision(review_id, AnswerForm(formdata=None))


@pages.post("/reviews/decisions/<uuid:review_id>/answer")
@door("review:answer")
def answer(review_id: uuid.UUID) -> Answer:
    form = AnswerForm()
    if not form.validate_on_submit():
        return _decision(review_id, form), 422
    act = reviews.accept if form.decision.data == "accept" else reviews.send_back
    act(review_id, answer=form.answer.data, by=current_user)
    flask.flash(gettext("検討結果に回答しました。"), "success")
    return flask.redirect(flask.url_for("inbox.index"))


def _decision(review_id: uuid.UUID, form: AnswerForm) -> str:
    row = db.session.execute(
        select(
            Review, Casefile.number, Casefile.balance, Contactee.name, Contactee.kana,
            Organisation.name.label("partner"), Account.name.label("lawyer"),
        )
        .join(Casefile, Casefile.id == Review.case_id)
        .join(Placement, Placement.case_id == Casefile.id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .join(Account, Account.id == Review.by_id)
        .outerjoin(Contactee, Contactee.case_id == Casefile.id)
        .where(Review.id == review_id)
    ).one()  # fmt: skip
    scope.note("casefile", [row.Review.case_id])
    return flask.render_template(
        "reviews/answer.html", form=form, row=row, found=row.Review, decisions=DECISIONS, follows=WHAT_FOLLOWS,
        hands_back=HANDS_BACK, states=STATES["review"], tones=TONES, history=reviews.history(row.Review.case_id),
    )  # fmt: skip
