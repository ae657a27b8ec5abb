"""架電リスト and the case screen."""

import uuid
from typing import Any

import flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement, select

from portal.access import scope
from portal.access.doors import door
from portal.actions import cases, worklist
from portal.clock import day_of, in_japan
from portal.db import db
from portal.models.casefiles import Casefile, Contactee
from portal.models.organisations import Account
from portal.rules.worklist import REASONS
from portal.wareki import format as in_era
from portal.web.paging import page

pages = flask.Blueprint("cases", __name__)
Answer = flask.typing.ResponseReturnValue
PARTS = {"due": _l("架電できる方"), "later": _l("これからの予定"), "post": _l("電話番号なし"), "held": _l("連絡停止中")}
KEYS = {"later": (Casefile.next_at, Casefile.id)}


@pages.get("/cases")
@door("case:list")
def index() -> Answer:
    now, wanted = scope.now(), _wanted()
    parts = worklist.shown(worklist.contracts(), now)
    chosen = flask.request.args.get("show")
    part = chosen if chosen in parts else "due"
    totals = worklist.totals(parts, wanted)
    found = page(select(Casefile).where(parts[part], *wanted), *KEYS.get(part, worklist.ORDER))
    scope.note("casefile", [file.id for file in found.rows])
    tabs = [(label, _address(code), code == part, totals[code][0]) for code, label in PARTS.items()]
    return flask.render_template(
        "cases/index.html", found=found, part=part, label=PARTS[part], tabs=tabs, total=totals[part], now=now,
        active=len(wanted), people=_people(found.rows), holders=_holders(found.rows), reasons=REASONS,
        nobody=_nobody() if not found.rows and part == "due" and not wanted else None,
    )  # fmt: skip


@pages.post("/cases/next")
@door("case:take")
def next() -> Answer:
    """The own live lease again, or the next that nobody has."""
    if case_id := worklist.take(current_user):
        return flask.redirect(flask.url_for("cases.show", case_id=case_id))
    flask.flash(_nobody(), "info")
    return flask.redirect(flask.url_for("cases.index"))


@pages.get("/cases/<uuid:case_id>")
@door("case:show")
def show(case_id: uuid.UUID) -> Answer:
    screen = cases.show(case_id, by=current_user)
    if screen.running:
        return flask.redirect(flask.url_for("calls.show", call_id=screen.running.id))
    scope.note("casefile", [case_id])
    return flask.render_template("cases/show.html", s=screen)


@pages.post("/cases/<uuid:case_id>/release")
@door("case:release")
def release(case_id: uuid.UUID) -> Answer:
    cases.put_off(case_id, by=current_user)
    flask.flash(gettext("後に回しました。"), "success")
    return flask.redirect(flask.url_for("cases.index"))


def _address(part: str) -> str:
    kept: dict[str, Any] = {
        key: flask.request.args[key] for key in ("reason", "from", "size") if flask.request.args.get(key)
    }
    return flask.url_for("cases.index", show=part, **kept)


def _wanted() -> list[ColumnElement[bool]]:
    reason, least = flask.request.args.get("reason"), flask.request.args.get("from", "").replace(",", "")
    found = [Casefile.reason == reason] if reason in REASONS else []
    if least.isascii() and least.isdecimal() and len(least) < 16:
        found.append(Casefile.balance >= int(least))
    return found


def _people(files: Any) -> dict[uuid.UUID, Contactee]:
    rows = select(Contactee).where(Contactee.case_id.in_([file.id for file in files]))
    return {person.case_id: person for person in db.session.scalars(rows)}


def _holders(files: Any) -> dict[uuid.UUID, str]:
    """{account: name} of whoever holds a lease that still runs."""
    live = {file.leased_by for file in files if file.leased_until and file.leased_until > scope.now()}
    rows = select(Account.id, Account.name).where(Account.id.in_(live))
    return {row.id: row.name for row in db.session.execute(rows)} if live else {}


def _nobody() -> str:
    """いま架電できる方はいません。 and from when how many."""
    soon = worklist.upcoming()
    if soon is None:
        return gettext("いま架電できる方はいません。この先の予定もありません。")
    at = in_japan(soon.at)
    today = at.date() == day_of(scope.now())
    hour = f"{at.hour}時" + (f"{at.minute}分" if at.minute else "")
    when = hour if today else f"{in_era(at.date())}{hour}"
    return gettext("いま架電できる方はいません。次は%(when)sに%(cases)s件です。", when=when, cases=f"{soon.cases:,}")
