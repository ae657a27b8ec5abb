"""What stands around every page: who looks, the menu, the words and the numbers."""

from typing import Any

import flask
from flask_login import current_user

from portal.access.policy import ROLES, may
from portal.i18n import N_
from portal.web import pieces, written
from portal.web.assets import asset
from portal.web.language import language, translated

# action that opens it, endpoint, label (SCREENS of the desk, agent, …); shown to whoever may
MENU = (
    ("case:list", "cases.index", N_("架電リスト")),
    ("acceptance:list", "acceptances.index", N_("受領確認")),
    ("conflict:list", "conflicts.index", N_("利益相反の確認")),
    ("review:list", "reviews.index", N_("検討中")),
    ("referral:sent", "referrals.sent", N_("市からの回答")),
    ("tombstone:list", "tombstones.index", N_("返却・引揚げ済み")),
    ("intake:list", "intakes.index", N_("債権データの取込み")),
    ("match:list", "matches.index", N_("名寄せの確認")),
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
# What a role calls an entry otherwise than the others.
NAMED = {("lawyer", "acceptances.index"): N_("受任前の確認")}
# Nouns and pages without an entry of their own, and the entries they are reached from: whichever the role has.
_FILES = ("cases.index", "reviews.index")
BESIDE = {
    "calls": _FILES,
    "letters": _FILES,
    "cases": _FILES,
    "returns": (*_FILES, "inbox.index"),
    "referrals.new": _FILES,
    "referrals.send": _FILES,
    "movements": ("inbox.index",),
    "loads": ("intakes.index",),
    "reviews.decision": ("inbox.index",),
    "reviews.answer": ("inbox.index",),
    "holds": ("inbox.index",),
    "exclusions": ("placements.select",),
    "plans": ("placements.select",),
    "conflicts": ("conflicts.index", "placements.select"),
    "mappings": ("intakes.index",),
    "acceptances.question": ("inbox.index",),
    "acceptances.answer": ("inbox.index",),
    "recall_notices": ("placements.index", *_FILES),
    "differences": ("placements.index",),
    "refreshes": ("placements.index",),
    "engagements": ("placements.index",),
    "stop_lists": ("placements.index",),
    "disclosures": ("placements.index", "audit.trail"),
    "persons": ("placements.index",),
    "marks": ("placements.index",),
    "related": ("placements.index",),
}
LICENCE_NOTES = {
    "law_team": N_("弁護士チーム：交渉できます"),
    "call_centre": N_("交渉・分納の取決めはできません（市へ返却）"),
    "servicer": N_("特定金銭債権に限り、契約の範囲で交渉できます"),
}


def attach(app: flask.Flask) -> None:
    app.context_processor(context)
    app.extensions["menu"] = {role: _entries(app, role) for role in ROLES}
    app.jinja_env.globals.update(asset=asset, pieces=pieces)
    app.jinja_env.filters.update({name: getattr(written, name) for name in ("yen", "day", "moment", "fiscal", "iso")})


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
    return {"name": who.name, "organisation": who.org_name, "role_label": translated(ROLES[who.role]), "zone": who.zone}


def _licence(who: Any) -> str | None:
    note = LICENCE_NOTES.get(who.org_kind)
    return translated(note) if note else None


def _menu(who: Any) -> list[dict[str, Any]]:
    entries = flask.current_app.extensions["menu"][who.role]
    current = _current([endpoint for endpoint, _, _ in entries])
    root = flask.request.script_root
    return [
        {"label": translated(label), "url": root + path, "current": endpoint == current}
        for endpoint, label, path in entries
    ]


def _entries(app: flask.Flask, role: str) -> list[tuple[str, str, str]]:
    """(endpoint, label, path) of a role's menu."""
    paths = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}
    return [(e, NAMED.get((role, e), label), paths[e]) for action, e, label in MENU if e in paths and may(role, action)]


def _current(endpoints: list[str]) -> str | None:
    """The entry of this page; else the one its endpoint begins with; else the index, or the first, of its noun."""
    here = flask.request.endpoint or ""
    beside = BESIDE.get(here) or BESIDE.get(flask.request.blueprint or "", ())
    if found := next((endpoint for endpoint in beside if endpoint in endpoints), None):
        return found
    kin = [endpoint for endpoint in endpoints if endpoint.split(".")[0] == flask.request.blueprint]
    return max(kin, key=lambda e: (e == here, here.startswith(e), e.endswith(".index")), default=None)
