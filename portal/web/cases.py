"""架電リスト and the case screen."""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import flask
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup

from portal.access import scope
from portal.access.doors import door
from portal.actions import cases, worklist
from portal.clock import day_of, in_japan
from portal.i18n import N_
from portal.models.casefiles import Casefile
from portal.rules.worklist import REASONS
from portal.wareki import format as in_era
from portal.web.language import translated
from portal.web.paging import page
from portal.web.pieces import badge, link, moment, name
from portal.web.written import yen

pages = flask.Blueprint("cases", __name__)
Answer = flask.typing.ResponseReturnValue
PARTS = {"due": N_("架電できる方"), "later": N_("これからの予定"), "post": N_("電話番号なし"), "held": N_("連絡停止中")}
NOBODYS = str(uuid.UUID(int=0))  # a case's place in the one link from which every row's is made
KEYS = {"later": (Casefile.next_at, Casefile.id)}


@pages.get("/cases")
@door("case:list")
def index() -> Answer:
    now, asked = scope.now(), flask.request.args.to_dict()
    wanted = _wanted(asked)
    parts, values = worklist.parts(worklist.contracts(), now)
    part = chosen if (chosen := asked.get("show", "")) in parts else "due"
    totals = worklist.totals(parts, values, wanted, of=part, exact=asked.get("count") == "all")
    listed = worklist.listed(parts[part], wanted)
    found = page(listed, *KEYS.get(part, worklist.ORDER), values={**values, **wanted})
    scope.note("casefile", [file.id for file in found.rows])
    return flask.render_template(
        "cases/index.html", found=found, part=part, label=translated(PARTS[part]), total=totals[part], reasons=REASONS,
        tabs=[(translated(label), _address(asked, show=code), code == part, _count(totals[code])) for code, label in PARTS.items()],
        active=len(wanted), rows=_rows(found.rows, part), counted=_address(asked, show=part, count="all"),
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


def _rows(files: Iterable[Any], part: str) -> Iterator[tuple[list[Any], str | None]]:
    """(cells, tone) of each row: here and not in the template, for there are 25 on the page opened most of all."""
    held, mine = badge(translated("連絡停止中"), "hold"), badge(translated("あなたが対応中"), "info")
    free = badge(translated("架電できます"), "ok") if part == "due" else badge(translated("予定"))
    opens = link(translated("開く"), flask.url_for("cases.show", case_id=NOBODYS))
    for f in files:
        state = (
            held
            if f.held_at
            else (mine if f.leased_by == current_user.account_id else _with(f.holder))
            if f.holder
            else free
        )
        if f.final_on or not f.heard:
            state = Markup("<span>%s</span>") % Markup(" ").join((state, *_standing(f)))
        reason = translated(REASONS.get(f.reason, REASONS["ordinary"]))
        cells = [
            f.number, name(f.name, f.kana), yen(f.balance), translated("%(n)s件", n=f.claims), reason, moment(f.next_at),
            translated("%(n)s回", n=f.tries), state, opens.replace(NOBODYS, str(f.id)),
        ]  # fmt: skip
        yield cells, "hold" if f.held_at else None


def _standing(file: Any) -> Iterator[Markup]:
    """How the file stands between partner and city."""
    if file.final_on:
        short = f"{file.final_on.month}/{file.final_on.day}"  # the file's own page says the whole date
        yield badge(translated("引揚げ予定（%(day)s）", day=short), "warn")
    if not file.heard:
        yield badge(translated("受領確認前"))


def _with(holder: str) -> Markup:
    return badge(translated("%(name)sさんが対応中", name=holder), "info")


def _address(asked: dict[str, str], **more: str) -> str:
    kept = {key: asked[key] for key in ("reason", "from", "size") if asked.get(key)}
    return f"{flask.request.script_root}{flask.request.path}?{urlencode(more | kept)}"


def _count(hits: worklist.Hits) -> str:
    return translated("%(count)s以上", count=f"{hits.cases:,}") if hits.more else f"{hits.cases:,}"


def _wanted(asked: dict[str, str]) -> dict[str, Any]:
    reason, least = asked.get("reason"), asked.get("from", "").replace(",", "")
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
