"""台帳の異動: what loads said of stored claims, in tabs; the desk answers for one or for all of them."""

import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, RadioField, SelectChoice, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.access import scope
from portal.access.doors import door
from portal.actions import movements
from portal.db import db
from portal.models.intakes import Movement
from portal.rules.eligibility import REASONS
from portal.rules.lifecycles import NotNow
from portal.rules.movements import CODE_LABELS, EFFECT_LABELS, decisions
from portal.web.paging import page

pages = flask.Blueprint("movements", __name__)
Answer = flask.typing.ResponseReturnValue
PICKED, ALL = "picked", "all"
# What each answer does, as the desk reads it.
MEANINGS = {
    "kept": _l("そのまま残す（台帳も案件も変えません）"),
    "withdrawn": _l("取り下げる・引き揚げる（委託先の案件から外します）"),
    "resumed": _l("回収再開（この異動による連絡停止を解きます）"),
    "seen": _l("確認した（連絡停止はそのままです）"),
}
SEEN_ONLY = _l("確認した（一覧から外します）")
ANSWERED = {"kept": _l("残す"), "withdrawn": _l("取下げ・引揚げ"), "resumed": _l("回収再開"), "seen": _l("確認済み")}
TONES = {"none": "neutral", "recalled": "info", "closed": "ok", "held": "hold", "law_team": "hold", "desk": "hold"}
# one movement of each tab, to know its answers
LIKE = {"vanished": ("vanished", "none"), "two": ("unprotected", "none"), "law": ("disputed", "law_team"),
        "desk": ("deceased", "desk"), "spoilt": ("rejected", "held"), "done": ("paid", "closed")}  # fmt: skip


class AnswerForm(FlaskForm):
    """`reach`: the picked ones, or all the tab holds, of which there were `count`."""

    tab = HiddenField()
    decision = RadioField(_l("答え"), [InputRequired(_l("答えを選んでください。"))])
    reach = RadioField(
        _l("範囲"),
        choices=[SelectChoice(PICKED, _l("選んだ異動")), SelectChoice(ALL, _l("この一覧のすべて"))],
        default=PICKED,
    )
    count = IntegerField(validators=[Optional()])
    movement = SelectMultipleField(validate_choice=False)
    note = TextAreaField(
        _l("理由・確認したこと"),
        [
            InputRequired(_l("理由・確認したことを入力してください。")),
            Length(max=2000, message=_l("2,000文字以内で入力してください。")),
        ],
        description=_l("起案番号・決裁日があれば併せて書いてください。委託先には表示されません。"),
    )

    def offer(self, tab: str) -> "AnswerForm":
        answers = decisions(*LIKE[tab])
        self.decision.choices = [SelectChoice(d, SEEN_ONLY if answers == ("seen",) else MEANINGS[d]) for d in answers]
        return self


@pages.get("/movements")
@door("movement:list")
def index() -> Answer:
    return _index(_tab(), AnswerForm(formdata=None).offer(_tab()))


def _tab() -> str:
    tab = flask.request.values.get("tab", "vanished")
    return tab if tab in movements.TABS else "vanished"


def _index(tab: str, form: AnswerForm) -> str:
    answered = flask.request.args.get("answered") == "1"
    found = movements.listed(tab, answered=answered)
    listed = page(found, Movement.at, Movement.id, newest_first=True)
    details = movements.details([row.id for row in listed.rows])
    scope.note("person", list({row.person_id: None for row in details.values()}))
    return flask.render_template(
        "movements/index.html", tab=tab, answered=answered, form=form, listed=listed, total=movements.total(found),
        details=details, waiting=movements.waiting(), **_words(),
    )  # fmt: skip


def _words() -> dict[str, Any]:
    labels = {code: reason.label for code, reason in REASONS.items()} | CODE_LABELS
    tabs = {name: label for name, (label, _which) in movements.TABS.items()}
    return {
        "tabs": tabs,
        "labels": labels,
        "effects": EFFECT_LABELS,
        "tones": TONES,
        "meanings": MEANINGS,
        "said": ANSWERED,
    }


@pages.post("/movements/decisions")
@door("movement:decide")
def decide() -> Answer:
    """Twice: first what will happen, with count and sum, then it happens."""
    tab = _tab()
    form = AnswerForm().offer(tab)
    if not form.validate():
        return _index(tab, form), 422
    chosen = _chosen(tab, form)
    total = movements.total(chosen)
    if not total.movements or (form.reach.data == ALL and total.movements != form.count.data):
        flask.flash(
            _("一覧が変わりました。もう一度確かめてください。") if total.movements else _("異動を選んでください。"),
            "error",
        )
        return _index(tab, AnswerForm(formdata=MultiDict({"note": form.note.data or ""})).offer(tab)), 422
    if not flask.request.form.get("confirmed"):
        return flask.render_template("movements/confirm.html", tab=tab, form=form, total=total, **_words())
    return _decide(tab, form, list(db.session.scalars(chosen.with_only_columns(Movement.id))))


def _chosen(tab: str, form: AnswerForm) -> Select[Any]:
    found = movements.listed(tab)
    return found if form.reach.data == ALL else found.where(Movement.id.in_(_ids(form.movement.data or ())))


def _ids(sent: Any) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(value) for value in sent]
    except ValueError:
        flask.abort(400)


def _decide(tab: str, form: AnswerForm, ids: list[uuid.UUID]) -> Answer:
    try:
        done = movements.decide(ids, decision=form.decision.data, note=str(form.note.data).strip(), by=current_user)
    except (movements.NoAnswer, NotNow):
        db.session.rollback()
        flask.flash(_("この間に答えられた異動があります。もう一度確かめてください。"), "error")
        return _index(tab, AnswerForm(formdata=None).offer(tab)), 409
    flask.flash(_("%(n)s件に答えました：%(answer)s", n=f"{done:,}", answer=ANSWERED[form.decision.data]), "success")
    return flask.redirect(flask.url_for("movements.index", tab=tab))
