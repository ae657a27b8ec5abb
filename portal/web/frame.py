"""What stands around every page: who looks, the menu, the words and the numbers."""

import re
from typing import Any

import flask
from flask_babel import format_date, gettext
from flask_login import current_user

from portal import clock, money, wareki
from portal.access.policy import ROLES, may
from portal.i18n import N_
from portal.web.assets import asset

LANGUAGES = ("ja", "en")
# action that opens it, endpoint, label (SCREENS of the desk, agent, …); shown to whoever may
MENU = (
    ("case:list", "cases.index", N_("架電リスト")),
    ("review:list", "reviews.index", N_("検討中")),
    ("referral:sent", "referrals.sent", N_("市からの回答")),
    ("tombstone:list", "tombstones.index", N_("返却・引揚げ済み")),
    ("intake:list", "intakes.index", N_("債権データの取込み")),
    ("placement:select", "placements.select", N_("委託先への引渡し")),
    ("placement:list", "placements.index", N_("委託中の債権")),
    ("inbox:show", "inbox.index", N_("市の対応待ち")),
    ("referral:list", "referrals.index", N_("新着のつなぎ")),
    ("referral:list", "referrals.working", N_("対応中の方")),
    ("audit:activity", "audit.activity", N_("委託先の状況")),
    ("audit:trail", "audit.trail", N_("閲覧・操作の記録")),
    ("audit:seen", "audit.seen", N_("だれが見たか")),
    ("audit:breaches", "audit.breaches", N_("基準外の連絡")),
    ("organisation:list", "organisations.index", N_("委託契約")),
    ("account:list", "accounts.index", N_("利用者")),
    ("permission:show", "permissions.index", N_("権限一覧")),
)
# Nouns and pages without an entry of their own, and the entries they are reached from: whichever the role has.
_FILES = ("cases.index", "reviews.index")
BESIDE = {
    "calls": _FILES,
    "letters": _FILES,
    "cases": _FILES,
    "returns": (*_FILES, "inbox.index"),
    "referrals.new": _FILES,
    "referrals.send": _FILES,
    "reviews.decision": ("inbox.index",),
    "reviews.answer": ("inbox.index",),
    "holds": ("inbox.index",),
    "persons": ("placements.index",),
}
LICENCE_NOTES = {
    "law_team": N_("弁護士チーム：交渉できます"),
    "call_centre": N_("交渉・分納の取決めはできません（市へ返却）"),
    "servicer": N_("特定金銭債権に限り、契約の範囲で交渉できます"),
}


def attach(app: flask.Flask) -> None:
    app.context_processor(context)
    app.jinja_env.globals.update(asset=asset)
    app.jinja_env.filters.update(yen=yen, day=day, moment=moment, fiscal=fiscal, iso=iso)


def language() -> str:
    chosen = flask.session.get("language")
    return chosen if chosen in LANGUAGES else "ja"


def context() -> dict[str, Any]:
    who = current_user if current_user and current_user.is_authenticated else None
    return {
        "viewer": who and _viewer(who),
        "menu": _menu(who) if who else [],
        "city_name": who.city_name if who else "",
        "may": lambda action: may(who.role if who else None, action),
        "licence_note": who and _licence(who),
        "lang": language(),
        "request_id": flask.g.get("request_id"),
        "demo_now": flask.current_app.config["DEMO_NOW"],
    }


def _viewer(who: Any) -> dict[str, str]:
    return {"name": who.name, "organisation": who.org_name, "role_label": gettext(ROLES[who.role]), "zone": who.zone}


def _licence(who: Any) -> str | None:
    note = LICENCE_NOTES.get(who.org_kind)
    return gettext(note) if note else None


def _menu(who: Any) -> list[dict[str, Any]]:
    known = flask.current_app.view_functions
    shown = [(endpoint, label) for action, endpoint, label in MENU if endpoint in known and who.may(action)]
    current = _current([endpoint for endpoint, _ in shown])
    return [
        {"label": gettext(label), "url": flask.url_for(endpoint), "current": endpoint == current}
        for endpoint, label in shown
    ]


def _current(endpoints: list[str]) -> str | None:
    """The entry of this page; else the one its endpoint begins with; else the index, or the first, of its noun."""
    here = flask.request.endpoint or ""
    beside = BESIDE.get(here) or BESIDE.get(flask.request.blueprint or "", ())
    if found := next((endpoint for endpoint in beside if endpoint in endpoints), None):
        return found
    kin = [endpoint for endpoint in endpoints if endpoint.split(".")[0] == flask.request.blueprint]
    return max(kin, key=lambda e: (e == here, here.startswith(e), e.endswith(".index")), default=None)


def yen(amount: Any) -> str:
    """1,234円, or ¥1,234 in English."""
    if amount is None:
        return "—"
    return f"¥{int(amount):,}" if _in_english() else money.format(int(amount))


def day(value: Any) -> str:
    """令和8年11月23日（月）, or Mon 23 Nov 2026 in English."""
    if value is None:
        return "—"
    return format_date(value, "EEE d MMM y", rebase=False) if _in_english() else wareki.format(value)


def moment(value: Any) -> str:
    """The day and 14:10, Tokyo; a bare day stays a day."""
    if value is None or not hasattr(value, "hour"):
        return day(value)
    local = clock.in_japan(value)
    return f"{day(local.date())}{' ' if _in_english() else ''}{local:%H:%M}"


def _in_english() -> bool:
    return flask.has_request_context() and language() == "en"


def fiscal(year: str | None) -> str:
    """令和5年度 of 2023, or FY2023 in English; what is no Western year stands as the ledger wrote it."""
    if not year or not re.fullmatch("[12][0-9]{3}", year):
        return year or "—"
    return f"FY{year}" if _in_english() else wareki.fiscal(int(year))


def iso(value: Any) -> str:
    return clock.in_japan(value).isoformat(timespec="seconds") if hasattr(value, "hour") else value.isoformat()
