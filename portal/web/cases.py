"""架電リスト and the case screen."""

import uuid
from typing import Any
from urllib.parse import urlencode

import flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from portal.access import scope
from portal.access.doors import door
from portal.actions import cases, standings, worklist
from portal.clock import day_of, in_japan
from portal.models.casefiles import Casefile
from portal.rules.worklist import REASONS
from portal.wareki import format as in_era
from portal.web.paging import page

pages = flask.Blueprint("cases", __name__)
Answer = flask.typing.ResponseReturnValue
PARTS = {"due": _l("架電できる方"), "later": _l("これからの予定"), "post": _l("電話番号なし"), "held": _l("連絡停止中")}
NOBODYS = str(uuid.UUID(int=0))  # a case's place in the one link from which every row's is made
KEYS = {"later": (Casefile.next_at, Casefile.id)}


@pages.get("/cases")
@door("case:list")
def index() -> Answer:
    now, wanted, asked = scope.now(), _wanted(), flask.request.args
    parts, values = worklist.parts(worklist.contracts(), now)
    part = asked["show"] if asked.get("show") in parts else "due"
    totals = worklist.totals(parts, values, wanted, of=part, exact=asked.get("count") == "all")
    listed = worklist.listed(parts[part], wanted)
    found = page(listed, *KEYS.get(part, worklist.ORDER), values={**values, **wanted})
    ids = [file.id for file in found.rows]
    scope.note("casefile", ids)
    return flask.render_template(
        "cases/index.html", found=found, standings=standings.of(ids), part=part, label=PARTS[part], total=totals[part], active=len(wanted),
        tabs=[(label, _address(show=code), code == part, _count(totals[code])) for code, label in PARTS.items()],
        me=current_user.account_id, reasons=REASONS, counted=_address(show=part, count="all"), nobodys=NOBODYS,
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


def _address(**more: str) -> str:
    kept = {key: flask.request.args[key] for key in ("reason", "from", "size") if flask.request.args.get(key)}
    return f"{flask.request.script_root}{flask.request.path}?{urlencode(more | kept)}"


def _count(hits: worklist.Hits) -> str:
    return gettext("%(count)s以上", count=f"{hits.cases:,}") if hits.more else f"{hits.cases:,}"


def _wanted() -> dict[str, Any]:
    reason, least = flask.request.args.get("reason"), flask.request.args.get("from", "").replace(",", "")
    found: dict[str, Any] = {"reason": reason} if reason in REASONS else {}
    if least.isascii() and least.isdecimal() and len(least) < 16:
        found["least"] = int(least)
    return found


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
