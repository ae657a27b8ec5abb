"""福祉へつなぐ: the partner's sheet and what it hears back; welfare's lists, sheet and steps."""

import uuid
from typing import Any

import flask
from flask_babel import gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import func, select

from portal.access import scope
from portal.access.doors import door
from portal.actions import cares, referrals
from portal.db import db
from portal.models.casefiles import Casefile, Contactee
from portal.models.organisations import Account
from portal.models.referrals import Care, Referral
from portal.models.returns import Return
from portal.rules import hardship, phones, urgency
from portal.rules.lifecycles import STATES
from portal.rules.returns import RETURN_REASONS
from portal.web.paging import page
from portal.web.referrals_forms import CloseForm, DeclineForm, NoteForm, SheetForm
from portal.web.referrals_words import clock

pages = flask.Blueprint("referrals", __name__)
Answer = flask.typing.ResponseReturnValue


@pages.get("/cases/<uuid:case_id>/referral")
@door("case:show")
def new(case_id: uuid.UUID) -> Answer:
    asked = {key: flask.request.args[key] for key in ("urgency", "noticed_by") if key in flask.request.args}
    return _new(case_id, SheetForm(formdata=None, **asked))


@pages.post("/cases/<uuid:case_id>/referral")
@door("referral:send")
def send(case_id: uuid.UUID) -> Answer:
    form = SheetForm()
    if not form.validate_on_submit():
        return _new(case_id, form), 422
    sent = referrals.send(
        case_id, sheet=form.sheet(), noticed_by=form.noticed_by.data, safe_times=form.safe_times.data or None,
        safe_phone=form.safe_phone.number, voicemail_ok=form.voicemail_ok.data, by=current_user,
    )  # fmt: skip
    return flask.redirect(flask.url_for("referrals.receipt", referral_id=sent.id))


def _new(case_id: uuid.UUID, form: SheetForm) -> str:
    case, person = db.session.get_one(Casefile, case_id), db.session.get_one(Contactee, case_id)
    scope.note("casefile", [case_id])
    return flask.render_template(
        "referrals/new.html", form=form, case=case, person=person, urgency=urgency,
        duty_line=referrals.duty_line(), waiting=referrals.on_its_way(case_id),
    )  # fmt: skip


@pages.get("/referrals/sent/<uuid:referral_id>")
@door("referral:sent")
def receipt(referral_id: uuid.UUID) -> Answer:
    sent = db.session.get_one(Referral, referral_id)
    case = db.session.get_one(Casefile, sent.case_id)
    acknowledge_by, answer_by = urgency.due(sent.urgency, sent.at)
    return flask.render_template(
        "referrals/receipt.html", sent=sent, case=case, urgency=urgency, duty_line=referrals.duty_line(),
        acknowledge_by=acknowledge_by, answer_by=answer_by,
    )  # fmt: skip


@pages.get("/referrals/sent")
@door("referral:sent")
def sent() -> Answer:
    """One's own referrals and returns, with receipt and bare outcome."""
    noun: Any = Return if flask.request.args.get("kind") == "returns" else Referral
    found = page(select(noun), noun.at, noun.id, newest_first=True)
    ids = [row.case_id for row in found.rows]
    cases = select(Casefile.id, Casefile.number, Contactee.name, Contactee.kana)
    cases = cases.outerjoin(Contactee, Contactee.case_id == Casefile.id).where(Casefile.id.in_(ids))
    scope.note("casefile", list(dict.fromkeys(ids)))
    return flask.render_template(
        "referrals/sent.html", found=found, returns=noun is Return, total=_count(select(noun.id)),
        cases={row.id: row for row in db.session.execute(cases)}, levels=urgency.LEVELS, bare=hardship.BARE,
        reasons=RETURN_REASONS, states=STATES["return"],
    )  # fmt: skip


@pages.get("/referrals")
@door("referral:list")
def index() -> Answer:
    """What nobody has received yet: by urgency, then time."""
    fresh = select(Referral).where(Referral.received_at.is_(None))
    found = page(fresh, Referral.urgency, Referral.at, Referral.id)  # emergency, high, medium: the alphabet agrees
    rows = [(referral, None, _clocks(referral, None)) for referral in found.rows]
    return _list("referrals/index.html", found, rows, _count(fresh))


@pages.get("/referrals/working")
@door("referral:list")
def working() -> Answer:
    over = flask.request.args.get("state") == "over"
    states = ("declined", "closed") if over else ("received", "accepted")
    these = select(Care).where(Care.state.in_(states))
    found = page(these, Care.answer_by, Care.referral_id, newest_first=over)
    own = select(Referral).where(Referral.id.in_([care.referral_id for care in found.rows]))
    by_id = {referral.id: referral for referral in db.session.scalars(own)}
    rows = [(by_id[care.referral_id], care, _clocks(by_id[care.referral_id], care)) for care in found.rows]
    return _list("referrals/working.html", found, rows, _count(these), over=over)


def _list(template: str, found: Any, rows: list[Any], total: int, **more: Any) -> str:
    shown = [referral for referral, *_ in rows]
    scope.note("referral", [referral.id for referral in shown])
    return flask.render_template(
        template, found=found, rows=rows, total=total, people=cares.people(shown), **_labels(), **more
    )


def _labels() -> dict[str, Any]:
    return {
        "levels": urgency.LEVELS, "boxes": hardship.BOXES, "outcomes": hardship.OUTCOMES, "states": STATES["referral"],
        "tones": {"emergency": "danger", "high": "warn", "medium": "neutral"},
    }  # fmt: skip


def _clocks(referral: Referral, care: Care | None) -> list[Any]:
    """What is still to be done by when: the receipt, then the answer, then nothing."""
    if care is None:
        acknowledge_by, answer_by = urgency.due(referral.urgency, referral.at)
        return [
            clock(gettext("受付期限"), acknowledge_by, scope.now()),
            clock(gettext("回答期限"), answer_by, scope.now()),
        ]
    return [clock(gettext("回答期限"), care.answer_by, scope.now())] if care.decided_at is None else []


def _count(query: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


@pages.get("/referrals/<uuid:referral_id>")
@door("referral:show")
def show(referral_id: uuid.UUID) -> Answer:
    return _show(referral_id)


def _show(referral_id: uuid.UUID, wrong: FlaskForm | None = None) -> str:
    """The sheet, its course, and the steps its state allows; `wrong` is the form that came back with errors."""
    referral, care = db.session.get_one(Referral, referral_id), db.session.get(Care, referral_id)
    scope.note("referral", [referral_id])
    person = cares.people([referral]).get(referral.case_id)
    forms = {
        form: wrong if isinstance(wrong, form) else form(formdata=None, prefix=name) for name, form in FORMS.items()
    }
    return flask.render_template(
        "referrals/show.html", referral=referral, care=care, state=care.state if care else "sent", wrong=wrong,
        person=person, course=cares.course(referral_id),
        clocks=_clocks(referral, care), sender=db.session.scalar(select(Account.name).where(Account.id == referral.by_id)),
        safe_phone=_spoken(referral.safe_phone), phones=[_spoken(n) for n in (person.phone1, person.phone2) if n] if person else [],
        helplines=urgency.HELPLINES, consents=hardship.CONSENT, noticed=hardship.NOTICED_BY,
        decline=forms[DeclineForm], note=forms[NoteForm], close=forms[CloseForm], **_labels(),
    )  # fmt: skip


def _spoken(number: str | None) -> str | None:
    """As it is read aloud; what the ledger wrote down wrongly is shown as it stands."""
    try:
        return number and phones.shown(phones.e164(number))
    except ValueError:
        return number


FORMS: dict[str, type[FlaskForm]] = {"decline": DeclineForm, "note": NoteForm, "close": CloseForm}


def _back(referral_id: uuid.UUID, sentence: str) -> Answer:
    flask.flash(sentence, "success")
    return flask.redirect(flask.url_for("referrals.show", referral_id=referral_id))


@pages.post("/referrals/<uuid:referral_id>/acknowledgement")
@door("referral:receive")
def receive(referral_id: uuid.UUID) -> Answer:
    cares.receive(referral_id, by=current_user)
    return _back(referral_id, gettext("受け付けました。受任するかどうかを回答期限までに決めてください。"))


@pages.post("/referrals/<uuid:referral_id>/acceptance")
@door("referral:decide")
def accept(referral_id: uuid.UUID) -> Answer:
    cares.accept(referral_id, by=current_user)
    return _back(referral_id, gettext("受任しました。"))


@pages.post("/referrals/<uuid:referral_id>/refusal")
@door("referral:decide")
def decline(referral_id: uuid.UUID) -> Answer:
    form = DeclineForm(prefix="decline")
    if not form.validate_on_submit():
        return _show(referral_id, form), 422
    cares.decline(referral_id, reason=form.reason.data, by=current_user)
    return _back(referral_id, gettext("受任できないことを債権管理課へ伝えました。"))


@pages.post("/referrals/<uuid:referral_id>/notes")
@door("referral:note")
def note(referral_id: uuid.UUID) -> Answer:
    form = NoteForm(prefix="note")
    if not form.validate_on_submit():
        return _show(referral_id, form), 422
    cares.note(referral_id, kind=form.kind.data, body=form.body.data, stage=form.stage.data, by=current_user)
    return _back(referral_id, gettext("支援の経過を記録しました。"))


@pages.post("/referrals/<uuid:referral_id>/closure")
@door("referral:close")
def close(referral_id: uuid.UUID) -> Answer:
    form = CloseForm(prefix="close")
    if not form.validate_on_submit():
        return _show(referral_id, form), 422
    cares.close(referral_id, outcome=form.outcome.data, body=form.body.data, by=current_user)
    return _back(referral_id, gettext("支援の結果を記録しました。連絡を再開するかどうかは債権管理課が決めます。"))
