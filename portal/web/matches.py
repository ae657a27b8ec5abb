"""名寄せの確認: candidates by score, two persons side by side, and the desk's word on them."""

import uuid
from collections.abc import Sequence
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import aliased
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import marks, match_sides, matches, persons, searches, tickets
from portal.actions.match_sides import Refused
from portal.db import db
from portal.models.organisations import Account
from portal.models.persons import Match
from portal.rules import matches as rules
from portal.rules.lifecycles import STATES, NotNow
from portal.rules.movements import EFFECTS
from portal.rules.placeability import LABELS
from portal.web.paging import page

pages = flask.Blueprint("matches", __name__)
Answer = flask.typing.ResponseReturnValue
TONES = {"proposed": "info", "joined": "ok", "apart": "neutral", "undone": "neutral"}
VERDICT_TONES = {"same": "ok", "near": "info", "differ": "warn", "one": "neutral", "none": "neutral"}
NOUN = {"joined": _l("同じ方としてまとめました。"), "apart": _l("別の方としました。自動の候補には出なくなります。"),
        "undone": _l("まとめを取り消し、元の状態に戻しました。")}  # fmt: skip


class NoteForm(FlaskForm):
    note = TextAreaField(_l("判断の理由（任意）"), [Length(max=500, message=_l("500文字以内で入力してください。"))])


def _number(label: Any, required: bool = True) -> StringField:
    given = [InputRequired(_l("宛名番号を入力してください。"))] if required else []
    return StringField(
        label,
        [*given, Length(max=20, message=_l("20文字以内で入力してください。"))],
        filters=[lambda text: text.strip() if text else text],
    )


class PairForm(FlaskForm):
    one_source = _number(_l("お一人目の取込元（任意）"), required=False)
    one = _number(_l("お一人目の宛名番号"))
    two_source = _number(_l("お二人目の取込元（任意）"), required=False)
    two = _number(_l("お二人目の宛名番号"))

    def person(self, which: str) -> uuid.UUID | None:
        """None, and the field says why, unless exactly one person stands under it."""
        field, source = self[which], self[f"{which}_source"].data
        rows = [row for row in persons.find(field.data) if not source or row.source == source]
        found = {row.person_id for row in rows}
        if len(found) == 1:
            return found.pop()
        field.errors = [
            _("この宛名番号の方は複数の取込元にいます。取込元も入力してください。")
            if found
            else _("この宛名番号の方はいません。")
        ]
        return None


@pages.get("/matches")
@door("match:list")
def index() -> str:
    state = flask.request.args.get("state", "proposed")
    if state not in STATES["match"]:
        state = "proposed"
    found = matches.listed(state)
    if state == "proposed":
        listed = page(found, Match.score, Match.id, newest_first=True)
    else:
        listed = page(found, Match.decided_at, Match.id, newest_first=True)
    people = {line.id: line for line in searches.lines([p for row in listed.rows for p in (row.kept_id, row.other_id)])}
    scope.note("person", list(people))
    return flask.render_template(
        "matches/index.html", listed=listed, people=people, state=state, states=STATES["match"], tones=TONES,
        count=matches.counted(found), signs=rules.SIGNS, deciders=_deciders(listed.rows),
    )  # fmt: skip


def _deciders(rows: Sequence[Match]) -> dict[uuid.UUID, str]:
    ids = {row.decided_by for row in rows if row.decided_by}
    named = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(named)} if ids else {}


@pages.post("/matches/proposals")
@door("match:propose")
def propose() -> Answer:
    tickets.ask("match:propose", {}, by=current_user)
    flask.flash(_("候補を探しています。終わると、この一覧に加わります（数分かかることがあります）。"), "info")
    return flask.redirect(flask.url_for("matches.index"))


@pages.get("/matches/new")
@door("match:name")
def ask() -> str:
    return flask.render_template("matches/new.html", form=PairForm(formdata=None))


@pages.post("/matches")
@door("match:name")
def name() -> Answer:
    form = PairForm()
    one, two = (form.person("one"), form.person("two")) if form.validate() else (None, None)
    if one is None or two is None:
        return flask.render_template("matches/new.html", form=form), 422
    try:
        match = matches.name(one, two, by=current_user)
    except Refused as error:
        flask.flash(_(error.label), "info")
        return flask.render_template("matches/new.html", form=form), 422
    return flask.redirect(flask.url_for("matches.show", match_id=match.id))


@pages.get("/matches/<uuid:match_id>")
@door("match:show")
def show(match_id: uuid.UUID) -> str:
    return _show(match_id, NoteForm(formdata=None))


def _show(match_id: uuid.UUID, form: NoteForm) -> str:
    match = db.session.get_one(Match, match_id)
    scope.note("person", [match.kept_id, match.other_id])
    kept, other = match_sides.sides(match)
    waiting = match.state == "proposed"
    refused = match_sides.why_not(kept, other) if waiting else None
    return flask.render_template(
        "matches/show.html", match=match, kept=kept, other=other, form=form, compared=rules.compare(kept.entries, other.entries),
        fields=rules.LABELS, verdicts=rules.VERDICTS, tones=TONES, verdict_tones=VERDICT_TONES, signs=rules.SIGNS,
        refused=refused, clash=match_sides.clashing(kept, other) if waiting else [], labels=LABELS,
        effects=[(code, marks.FOLLOWS[EFFECTS[code]]) for code in match_sides.effects(kept, other)] if waiting else [],
        claims=match_sides.claims(match), states=STATES, decided=_decided(match),
    )  # fmt: skip


def _decided(match: Match) -> Any:
    proposer, decider = aliased(Account), aliased(Account)
    named = (
        select(proposer.name.label("proposer"), decider.name.label("decider"))
        .select_from(Match)
        .outerjoin(proposer, proposer.id == Match.by_id)
        .outerjoin(decider, decider.id == Match.decided_by)
    )
    return db.session.execute(named.where(Match.id == match.id)).one()


@pages.post("/matches/<uuid:match_id>/joining")
@door("match:join")
def join(match_id: uuid.UUID) -> Answer:
    return _answer(match_id, matches.join)


@pages.post("/matches/<uuid:match_id>/separation")
@door("match:part")
def part(match_id: uuid.UUID) -> Answer:
    return _answer(match_id, matches.part)


@pages.post("/matches/<uuid:match_id>/undoing")
@door("match:undo")
def undo(match_id: uuid.UUID) -> Answer:
    return _answer(match_id, matches.undo)


def _answer(match_id: uuid.UUID, verb: Any) -> Answer:
    form = NoteForm()
    if not form.validate():
        return _show(match_id, form), 422
    try:
        match = verb(match_id, note=form.note.data, by=current_user)
    except Refused as error:
        flask.flash(_(error.label, **error.named), "error")
        return flask.redirect(flask.url_for("matches.show", match_id=match_id))
    except NotNow:
        flask.flash(_("すでに判断済みです。"), "info")
        return flask.redirect(flask.url_for("matches.show", match_id=match_id))
    flask.flash(NOUN[match.state], "success")
    if match.state == "joined":
        return flask.redirect(flask.url_for("persons.show", person_id=match.kept_id))
    return flask.redirect(flask.url_for("matches.index"))
