"""委託先への引渡し: choose, confirm, hand over; and what partners hold, file by file."""

import uuid
from itertools import groupby
from operator import attrgetter
from typing import Any

import flask
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from portal.access import scope
from portal.access.doors import door
from portal.actions import acceptances, candidates, histories, placed, placements, recalls, reviews
from portal.clock import day_of
from portal.models.placements import Placement
from portal.models.receivables import Person
from portal.money import format as yen
from portal.rules import disclosures, hardship
from portal.rules.lifecycles import STATES, NotNow
from portal.rules.reviews import DECISIONS
from portal.web import choosing
from portal.web.choosing import ChoiceForm
from portal.web.decisions import DecisionForm
from portal.web.paging import page
from portal.web.placements_forms import FoundForm, RecallForm

pages = flask.Blueprint("placements", __name__)
Answer = flask.typing.ResponseReturnValue
TONES = {"open": "info", "returned": "neutral", "closed": "ok", "recalled": "neutral"}


@pages.get("/placements/new", endpoint="select")
@door("placement:select")
def choose() -> Answer:
    form = choosing.chosen()
    if not form.partners:
        return flask.render_template("placements/select.html", form=form)
    found = candidates.ledger(form.choice(), form.target(day_of(scope.now())))
    free, kept = candidates.totals(found)
    shown = {"form": form, "free": free, "kept": kept, "carried": form.carried()}
    return _free(found, shown | {"years": choosing.years(form, "placements.select")})


def _sent() -> ChoiceForm:
    """The choice as the confirmed page sends it. What cannot be read of it is neither left out nor replaced: 409."""
    choice = ChoiceForm(formdata=flask.request.form)
    named = choice.engagement.data if not choice.engagement.process_errors else None
    choice.offer(placements.partners(day_of(scope.now())), placed.kinds())
    if choice.errors or named not in choice.partners:
        flask.abort(409)
    return choice


def _free(found: Any, shown: dict[str, Any]) -> str:
    listed = page(select(Person).where(Person.id.in_(candidates.free_persons(found))), Person.id)
    ids = [person.id for person in listed.rows]
    claims = candidates.details(found, found.c.free, found.c.person_id.in_(ids))
    scope.note("person", ids)
    persons = [list(own) for _, own in groupby(claims, attrgetter("person_id"))]
    return flask.render_template("placements/select.html", listed=listed, persons=persons, **shown)


@pages.post("/placements/confirmation", endpoint="selected")
@door("placement:make")
def confirm() -> Answer:
    choice, persons = _sent(), _picked()
    if persons == []:
        flask.flash(_("引き渡す方を選んでください。"), "error")
        return flask.redirect(flask.url_for("placements.select", **choice.carried()))
    return _confirm(choice, persons, DecisionForm(day_of(scope.now()), formdata=None))


def _picked() -> list[uuid.UUID] | None:
    """The persons ticked; None: all that the conditions find. Ids that are none raise ValueError, a page out of order."""
    if flask.request.form.get("all"):
        return None
    try:
        return [uuid.UUID(key) for key in flask.request.form.getlist("person")]
    except ValueError:
        flask.abort(400)


def _confirm(choice: ChoiceForm, persons: list[uuid.UUID] | None, form: DecisionForm) -> str:
    found = candidates.ledger(choice.choice(persons), choice.target(day_of(scope.now())))
    free, _kept = candidates.totals(found)
    return flask.render_template(
        "placements/confirm.html", choice=choice, persons=persons, form=form, free=free,
        rows=[(name, (claims, total)) for name, claims, total in candidates.by_kind(found)], fields=disclosures.FIELDS, ground=disclosures.GROUNDS[choice.partner.kind],
        demanded=placements.notice_required(day_of(scope.now())),
    )  # fmt: skip


@pages.post("/placements")
@door("placement:make")
def make() -> Answer:
    choice, persons, form = _sent(), _picked(), DecisionForm(day_of(scope.now()))
    if not form.validate():
        return _confirm(choice, persons, form), 422
    try:
        made = placements.make(
            choice.choice(persons), engagement_id=choice.engagement.data, beside=choice.beside.data,
            decision_no=form.decision_no.data, decided_on=form.decided_on.data, shown=form.shown(),
            no_notice=(form.no_notice.data or "").strip() or None, by=current_user,
        )  # fmt: skip
    except placements.NotPlaced as error:
        form.form_errors.append(_(error.label))
        return _confirm(choice, persons, form), 422
    _say(made, choice.partner.name)
    return flask.redirect(flask.url_for("placements.index", org=choice.partner.id))


def _say(made: placements.Made, partner: str) -> None:
    given = made.entrustment
    done = _("%(partner)sへ%(cases)s名・%(claims)s件・%(total)sを引き渡しました（起案番号 %(no)s）。")
    flask.flash(done % {"partner": partner, "cases": f"{given.cases:,}", "claims": f"{given.claims:,}",
                        "total": yen(given.total), "no": given.decision_no}, "success")  # fmt: skip
    if made.left_out:
        left = _("確認の後に状況が変わった債権%(n)s件は、引き渡していません。", n=f"{made.left_out:,}")
        flask.flash(left, "warning")


@pages.get("/placements")
@door("placement:list")
def index() -> str:
    form = FoundForm(formdata=flask.request.args).offer(placed.partners(), placed.kinds())
    found = placed.files(**{name: form.value(name) for name in ("org", "state", "held", "kind")})
    count, total = placed.total(found)
    listed = page(found, Placement.placed_at, Placement.case_id, newest_first=True)
    files = placed.lines([row.case_id for row in listed.rows])
    scope.note("casefile", list(files))
    return flask.render_template(
        "placements/index.html", form=form, listed=listed, files=files, count=count, total=total,
        states=STATES["casefile"], tones=TONES,
    )  # fmt: skip


@pages.get("/placements/<uuid:case_id>")
@door("placement:show")
def show(case_id: uuid.UUID) -> str:
    given = placed.placement(case_id)
    scope.note("casefile", [case_id])
    return flask.render_template(
        "placements/show.html", given=given, line=placed.lines([case_id])[case_id], claims=placed.claims(case_id),
        history=histories.history(case_id), labels=histories.LABELS, reviews=reviews.history(case_id),
        holds=[row for row in placed.holds(given.Placement.person_id) if row.Hold.lifted_at is None],
        disclosures=placed.given(case_id), fields=disclosures.FIELDS, states=STATES, tones=TONES, decisions=DECISIONS,
        bare=hardship.BARE, notice=given.RecallNotice, words=acceptances.history(case_id),
        said=acceptances.SAID,
    )  # fmt: skip


@pages.get("/placements/<uuid:case_id>/recall")
@door("case:recall")
def ask_recall(case_id: uuid.UUID) -> Answer:
    return _recall(case_id, RecallForm(formdata=None))


@pages.post("/placements/<uuid:case_id>/recall")
@door("case:recall")
def recall(case_id: uuid.UUID) -> Answer:
    form = RecallForm()
    if not form.validate():
        return _recall(case_id, form), 422
    try:
        case = recalls.recall(case_id, reason=form.reason.data, by=current_user)
    except NotNow:
        flask.abort(409)
    flask.flash(
        _("案件%(number)sを引き揚げました。委託先には番号と結果だけが残ります。", number=case.number), "success"
    )
    return flask.redirect(flask.url_for("placements.show", case_id=case_id))


def _recall(case_id: uuid.UUID, form: RecallForm) -> str:
    line = placed.lines([case_id]).get(case_id) or flask.abort(404)
    scope.note("casefile", [case_id])
    return flask.render_template("placements/recall.html", form=form, line=line, live=line.Casefile.state == "open")
