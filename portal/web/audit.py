"""監査: every entry of the trail, who looked at a person, what was 基準外, how each partner fares. Read only."""

import unicodedata
import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import Select, select
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.access.words import TRAIL_VERBS
from portal.actions import audits
from portal.actions.activity import FIGURES, figures
from portal.models.attempts import Attempt
from portal.models.events import Event
from portal.rules.contact_facts import CHANNELS
from portal.rules.lifecycles import STATES
from portal.rules.outcomes import RESULTS
from portal.web import audit_lines
from portal.web.paging import page
from portal.web.periods import asked, presets

pages = flask.Blueprint("audit", __name__)


@pages.get("/audit/activity")
@door("audit:activity")
def activity() -> str:
    period = asked(days=30)
    found = figures(period)
    partners = [o for o in audits.organisations().values() if o.kind != "city"]
    rows = [(o, [found[o.id][code] for code in FIGURES], found[o.id]["balance"]) for o in partners]
    return flask.render_template("audit/activity.html", rows=rows, figures=FIGURES, period=period, presets=presets())


@pages.get("/audit/trail")
@door("audit:trail")
def trail() -> flask.typing.ResponseReturnValue:
    """The newest entries under the conditions of the address; a case's number leads to its own trail."""
    number = _plain(flask.request.args.get("number", ""))
    cases = _cases(number) if number else []
    if len(cases) == 1:
        return flask.redirect(flask.url_for("audit.trail_of", case_id=cases[0]))
    period = asked(days=7)
    query = _conditions(select(Event).where(period.holds(Event.at)))
    found = page(query, Event.at, Event.seq, newest_first=True)  # by seq alone a period long ago is searched from today
    return flask.render_template(
        "audit/trail.html",
        **audit_lines.of(found.rows),
        found=found,
        total=audits.count(query),
        most=audits.MOST,
        period=period,
        number=number,
        same_number=audits.files(cases),
        verbs={verb: label for verb, label in TRAIL_VERBS.items() if verb != "select"},
        presets=presets(),
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _cases(number: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(number)]
    except ValueError:
        return audits.numbered(number)


def _conditions(query: Select[Any]) -> Select[Any]:
    if organisation := flask.request.args.get("organisation", type=uuid.UUID):
        query = query.where(Event.actor_org == organisation)
    if actor := flask.request.args.get("actor", type=uuid.UUID):
        query = query.where(Event.actor_id == actor)
    if verb := flask.request.args.get("verb"):
        query = query.where(Event.verb == verb)
    return query


@pages.get("/audit/cases/<uuid:case_id>")
@door("audit:trail")
def trail_of(case_id: uuid.UUID) -> str:
    """A file's whole trail, whoever holds it now."""
    case, placement = audits.placed(case_id)
    scope.note("casefile", [case_id])
    query = audits.trail(case_id, placement.person_id)
    found = page(query, Event.seq, newest_first=True)
    return flask.render_template(
        "audit/case.html",
        **audit_lines.of(found.rows, of_case=case_id),
        found=found,
        total=audits.count(query),
        most=audits.MOST,
        case=case,
        placement=placement,
        state=STATES["casefile"][case.state],
    )


class SeenForm(FlaskForm):
    """The period's names are those of the address it leads to; the number never stands in one."""

    number = StringField(
        _l("宛名番号"),
        [
            InputRequired(_l("宛名番号を入力してください。")),
            Length(max=40, message=_l("40文字以内で入力してください。")),
        ],
        description=_l("先頭の0も入力してください"),
    )
    first = DateField(_l("いつから"), [InputRequired(_l("日付を入力してください（例：2026-11-01）。"))])
    last = DateField(_l("いつまで"), [InputRequired(_l("日付を入力してください（例：2026-11-30）。"))])


@pages.get("/audit/seen")
@door("audit:seen")
def seen() -> str:
    period = asked(days=30)
    return flask.render_template("audit/seen.html", form=SeenForm(first=period.first, last=period.last), found=[])


@pages.post("/audit/seen")
@door("audit:find")
def find() -> flask.typing.ResponseReturnValue:
    form, found = SeenForm(), []
    if form.validate():
        found = audits.persons(_plain(form.number.data))
        persons = {row.person_id for row in found}
        scope.note("person", list(persons))
        span = {"from": form.first.data.isoformat(), "until": form.last.data.isoformat()}
        if len(persons) == 1:
            return flask.redirect(flask.url_for("audit.seen_of", person_id=persons.pop(), **span))
        if persons:
            return flask.render_template("audit/seen.html", form=form, found=found, span=span)
        form.number.errors = [_("この宛名番号の方は登録されていません。")]
    return flask.render_template("audit/seen.html", form=form, found=[]), 422


@pages.get("/audit/persons/<uuid:person_id>/seen")
@door("audit:seen")
def seen_of(person_id: uuid.UUID) -> str:
    """Who looked at this person in the period, through whichever file."""
    numbers = audits.numbers(person_id)
    scope.note("person", [person_id])
    period = asked(days=30)
    query = audits.seen(person_id, period)
    found = page(query, Event.seq, newest_first=True)
    viewers = audits.viewers(query)
    return flask.render_template(
        "audit/person.html",
        **audit_lines.of(found.rows, also=[row.actor_id for row in viewers]),
        found=found,
        total=audits.count(query),
        most=audits.MOST,
        person_id=person_id,
        numbers=numbers,
        viewers=viewers,
        action=audit_lines.action,
        period=period,
        presets=presets(),
    )


@pages.get("/audit/breaches")
@door("audit:breaches")
def breaches() -> str:
    period, partner = asked(days=30), flask.request.args.get("organisation", type=uuid.UUID)
    query = audits.breaches(period, partner)
    found = page(query, Attempt.at, Attempt.id, newest_first=True)
    scope.note("casefile", list({attempt.case_id for attempt in found.rows}))
    return flask.render_template(
        "audit/breaches.html",
        found=found,
        total=audits.count(query),
        judged=audits.judged(period, partner),
        reasons=audit_lines.reasons(found.rows),
        files=audits.files({attempt.case_id for attempt in found.rows}),
        names=audits.names({attempt.by_id for attempt in found.rows}),
        organisations=audits.organisations(),
        channels=CHANNELS,
        results=RESULTS,
        period=period,
        presets=presets(),
    )
