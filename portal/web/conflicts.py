"""利益相反の確認: names a law team looks up before anything else is disclosed; the desk asks, reads and closes."""

import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, func, select

from portal.access import scope
from portal.access.doors import door
from portal.actions import conflicts, plans, plans_people
from portal.actions.candidates import Choice
from portal.adapters import conflict_file
from portal.clock import business_days_after, day_of
from portal.db import db
from portal.i18n import N_
from portal.models.organisations import Engagement, Organisation
from portal.models.plans import Conflict
from portal.rules.conflicts import KANA, RESULTS, kana_range
from portal.rules.disclosures import CONFLICT_GROUND
from portal.rules.lifecycles import STATES
from portal.web import choosing, downloads
from portal.web.conflicts_forms import AskForm, FileForm
from portal.web.paging import page

pages = flask.Blueprint("conflicts", __name__)
Answer = flask.typing.ResponseReturnValue
TONES = {"clear": "ok", "conflict": "warn", None: "neutral"}
SHOW = {"": N_("すべて"), "waiting": N_("未回答"), "conflict": N_("該当あり")}
LIST = (N_("番号"), N_("氏名"), N_("カナ氏名"), N_("生年月日"), N_("結果"), N_("備考"))
WITHIN = 5  # business days: what the form proposes


@pages.get("/conflicts")
@door("conflict:list")
def index() -> str:
    return _index("conflicts/index.html", "conflicts.show")


@pages.get("/conflicts/asked")
@door("conflict:asked")
def asked() -> str:
    return _index("conflicts/asked.html", "conflicts.result")


def _index(template: str, to: str) -> str:
    found = page(conflicts.first_rows(), Conflict.at, Conflict.id, newest_first=True)
    known = conflicts.batches([row.batch_id for row in found.rows])
    total = db.session.scalar(select(func.count(Conflict.batch_id.distinct())))
    return flask.render_template(
        template, found=found, batches=known, total=total, to=to, states=STATES["conflict"], today=day_of(scope.now())
    )


@pages.get("/conflicts/<uuid:batch_id>")
@door("conflict:list")
def show(batch_id: uuid.UUID) -> str:
    return _show(batch_id, FileForm(formdata=None))


def _show(batch_id: uuid.UUID, form: FileForm, sentence: str | None = None) -> str:
    """The lawyer's list. Who is looked up by name is looked up by eye or in the file: no name stands in an address."""
    batch, wanted = conflicts.batch(batch_id), flask.request.args.get("show", "")
    row = flask.request.args.get("kana", "")
    found = _narrowed(conflicts.questions(batch_id), wanted)
    if row in KANA:
        first, beyond = kana_range(row)
        found = found.where(Conflict.kana >= first, Conflict.kana < beyond)
    listed = page(found, Conflict.id)
    scope.note("conflict", [question.id for question in listed.rows])
    return flask.render_template(
        "conflicts/show.html", batch=batch, listed=listed, form=form, sentence=sentence, results=RESULTS, tones=TONES,
        kana=_tabs(batch_id, "kana", {"": _("すべて")} | {sign: _("%(row)s行", row=sign) for sign in KANA}, row),
        shows=_tabs(batch_id, "show", SHOW, wanted), formats=downloads.LABELS,
        count=db.session.scalar(found.with_only_columns(func.count())), here=_here(),
    )  # fmt: skip


def _narrowed(found: Select[Any], wanted: str) -> Select[Any]:
    if wanted == "waiting":
        return found.where(Conflict.result.is_(None))
    return found.where(Conflict.result == wanted) if wanted == "conflict" else found


def _tabs(batch_id: uuid.UUID, name: str, options: dict[str, str], chosen: str) -> list[tuple[str, str, bool]]:
    other = {key: flask.request.args[key] for key in ("kana", "show") if key != name and flask.request.args.get(key)}
    here = flask.request.url_rule.endpoint if flask.request.url_rule else ""
    endpoint = here if here in ("conflicts.show", "conflicts.result") else "conflicts.show"
    address: dict[str, Any] = {"batch_id": batch_id} | other
    return [(_(label), flask.url_for(endpoint, **address | ({name: code} if code else {})), code == chosen)
            for code, label in options.items()]  # fmt: skip


@pages.post("/conflicts/<uuid:batch_id>/answers")
@door("conflict:answer")
def answer(batch_id: uuid.UUID) -> Answer:
    """Every question of the page whose result or note is no longer as the page showed it."""
    form, given = flask.request.form, {}
    try:
        for name, result in form.items():
            key = uuid.UUID(name.removeprefix("result-")) if name.startswith("result-") and result else None
            note = form.get(f"note-{key}", "").strip()[:500]
            if key and (result, note) != (form.get(f"was-{key}"), form.get(f"noted-{key}")):
                given[key] = result if result in RESULTS else flask.abort(400), note or None
    except ValueError:
        flask.abort(400)
    if not given:
        return _show(batch_id, FileForm(formdata=None), _("結果を選んでください。")), 422
    conflicts.answer(batch_id, given, by=current_user)
    flask.flash(_("%(n)s名の結果を記録しました。", n=f"{len(given):,}"), "success")
    return flask.redirect(_address(batch_id))


def _address(batch_id: uuid.UUID) -> str:
    """The same part of the list, of which the form carries where it stands."""
    return flask.url_for("conflicts.show", **_here() | {"batch_id": batch_id})


def _here() -> dict[str, Any]:
    return {
        name: value for name in ("kana", "show", "after", "before", "size") if (value := flask.request.args.get(name))
    }


@pages.post("/conflicts/<uuid:batch_id>/remainder")
@door("conflict:answer")
def clear_rest(batch_id: uuid.UUID) -> Answer:
    cleared = conflicts.clear_rest(batch_id, by=current_user)
    flask.flash(_("残り%(n)s名を「該当なし」と記録しました。", n=f"{cleared:,}"), "success")
    return flask.redirect(_address(batch_id))


@pages.get("/conflicts/<uuid:batch_id>/file")
@door("conflict:export")
def export(batch_id: uuid.UUID) -> Answer:
    """The list with an empty 結果, to be filled in and sent back; its 番号 is the place in the list, and stays."""
    batch = conflicts.batch(batch_id)
    if not batch.open:
        flask.abort(404)
    questions = db.session.scalars(conflicts.questions(batch_id).order_by(Conflict.id)).all()
    scope.note("conflict", [question.id for question in questions], "export")
    rows = ((number, q.name, q.kana, q.birth, str(_(RESULTS[q.result])) if q.result else None, q.note)
            for number, q in enumerate(questions, 1))  # fmt: skip
    return downloads.send(_("利益相反の確認_%(day)s", day=day_of(batch.at).isoformat()), LIST, rows)


@pages.post("/conflicts/<uuid:batch_id>/results")
@door("conflict:answer")
def results(batch_id: uuid.UUID) -> Answer:
    form = FileForm()
    if not form.validate():
        return _show(batch_id, form), 422
    ids = list(db.session.scalars(select(Conflict.id).where(Conflict.batch_id == batch_id).order_by(Conflict.id)))
    try:
        given = conflict_file.read(form.file.data, len(ids))
    except conflict_file.Unreadable as wrong:
        return _show(batch_id, form, _(wrong.label) % {"line": wrong.line}), 422
    if given:
        conflicts.answer(batch_id, {ids[a.number - 1]: (a.result, a.note) for a in given}, by=current_user)
    flask.flash(_("ファイルから%(n)s名の結果を記録しました。", n=f"{len(given):,}"), "success")
    return flask.redirect(_address(batch_id))


@pages.get("/conflicts/asked/<uuid:batch_id>")
@door("conflict:asked")
def result(batch_id: uuid.UUID) -> str:
    batch, wanted = conflicts.batch(batch_id), flask.request.args.get("show", "")
    found = _narrowed(conflicts.questions(batch_id), wanted)
    listed = page(found, Conflict.id)
    persons = conflicts.persons([question.id for question in listed.rows])
    scope.note("person", [row.person_id for row in persons.values()])
    return flask.render_template(
        "conflicts/result.html", batch=batch, listed=listed, persons=persons, results=RESULTS, tones=TONES,
        shows=_tabs(batch_id, "show", SHOW, wanted), count=db.session.scalar(found.with_only_columns(func.count())),
    )  # fmt: skip


@pages.post("/conflicts/asked/<uuid:batch_id>/closure")
@door("conflict:close")
def close(batch_id: uuid.UUID) -> Answer:
    conflicts.close(batch_id, by=current_user)
    flask.flash(_("確認を終え、弁護士チームに示した氏名等を消しました。結果は残ります。"), "success")
    return flask.redirect(flask.url_for("conflicts.result", batch_id=batch_id))


@pages.get("/conflicts/questions/new")
@door("conflict:ask")
def new() -> Answer:
    if not _checked(choosing.chosen()):
        return _nobody_to_ask()
    today = day_of(scope.now())
    return _new(AskForm(today, formdata=None, due_on=business_days_after(today, WITHIN)))


def _new(form: AskForm, sentence: str | None = None) -> str:
    """Of the persons of a plan (`plan` in the address), or of all that the conditions find."""
    engagement, partner, choice, carried = _wanted()
    wanted = conflicts.askable(choice, engagement, partner, bool(carried.get("beside")))
    return flask.render_template(
        "conflicts/new.html", form=form, sentence=sentence, engagement=engagement, partner=partner, carried=carried,
        count=db.session.scalar(select(func.count()).select_from(wanted.subquery())), ground=CONFLICT_GROUND,
    )  # fmt: skip


def _wanted() -> tuple[Engagement, Organisation, Choice, dict[str, Any]]:
    """404: no such plan."""
    said = choosing.chosen()
    checked = _checked(said)
    contract = said.engagement.data if said.engagement.data in checked else next(iter(checked))
    engagement, partner = checked[contract]
    plan = flask.request.values.get("plan", type=uuid.UUID)
    if plan is None:
        return engagement, partner, said.choice(), said.carried() | {"engagement": contract}
    meant = plans_people.live(plans.get(plan).id).get(contract, [])
    return engagement, partner, Choice(persons=tuple(meant)), {"plan": plan, "engagement": contract}


def _nobody_to_ask() -> Answer:
    flask.flash(_("利益相反の確認を受ける契約がありません。委託契約の登録で指定します。"), "info")
    return flask.redirect(flask.url_for("conflicts.asked"))


def _checked(said: Any) -> dict[uuid.UUID, tuple[Engagement, Organisation]]:
    """The running contracts before whose hand-overs names are looked up."""
    return {key: known for key, known in said.partners.items() if known[0].conflict_check}


@pages.post("/conflicts/questions")
@door("conflict:ask")
def ask() -> Answer:
    form = AskForm(day_of(scope.now()))
    if not _checked(choosing.chosen()):
        return _nobody_to_ask()
    if not form.validate():
        return _new(form), 422
    engagement, _partner, choice, carried = _wanted()
    try:
        batch, count = conflicts.ask(
            choice, engagement_id=engagement.id, beside=bool(carried.get("beside")), due_on=form.due_on.data,
            decision_no=form.decision_no.data.strip(), by=current_user,
        )  # fmt: skip
    except conflicts.NotAsked as wrong:
        return _new(form, _(wrong.label)), 422
    flask.flash(_("%(n)s名の確認を依頼しました。", n=f"{count:,}"), "success")
    return flask.redirect(flask.url_for("conflicts.result", batch_id=batch))
