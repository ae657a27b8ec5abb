"""権限一覧: the law of the system, shown from the law itself."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import flask
from flask_babel import gettext as _

from portal.access import words
from portal.access.doors import door
from portal.access.policy import ACTIONS, EVERYBODY, FUNCTIONS, ROLES, ROWS, Action, Row
from portal.i18n import N_

pages = flask.Blueprint("permissions", __name__)
NAMES = ROLES | words.OWNERS


@pages.get("/permissions")
@door("permission:show")
def index() -> str:
    actions = [
        (action, _way(action), ["○" if may(action, r) else "" for r in EVERYBODY]) for action in ACTIONS.values()
    ]
    return flask.render_template("permissions/index.html", actions=actions, roles=_names(EVERYBODY))


def may(action: Action, role: str) -> bool:
    return action.public or role in action.roles


def _way(action: Action) -> str:
    if action.public:
        return _("サインイン前から")
    if action.operator:
        return _("サーバーの運用者のみ")
    return _("書込み") if action.writes else _("閲覧")


@pages.get("/permissions/tables")
@door("permission:show")
def tables() -> str:
    """Every right on every table; `role` in the address leaves one role's."""
    role = flask.request.args.get("role")
    rows = [row for row in ROWS if row.role == role] if role in NAMES else ROWS
    zones = [(_(words.SCHEMAS[schema]), schema, _rights(rows, schema)) for schema in words.SCHEMAS]
    holders = {row.role: _(NAMES[row.role]) for row in ROWS}
    return flask.render_template("permissions/tables.html", zones=zones, role=role, holders=holders)


def _rights(rows: Iterable[Row], schema: str) -> list[dict[str, Any]]:
    """One line for each right; roles that have the same one stand together."""
    mine = sorted((r for r in rows if r.table.startswith(f"{schema}.")), key=_right)
    return [_line(right, [row.role for row in same]) for right, same in groupby(mine, key=_right)]


def _right(row: Row) -> tuple[Any, ...]:
    return row.table, list(words.VERBS).index(row.verb), row.rows, row.check, row.cols


def _line(right: tuple[Any, ...], roles: list[str]) -> dict[str, Any]:
    table, verb, rows, check, cols = right
    verb = list(words.VERBS)[verb]
    return {
        "table": table,
        "label": _(words.TABLES.get(table, table)),
        "verb": _(words.VERBS[verb]),
        "roles": _names(sorted(set(roles), key=list(NAMES).index)),
        "conditions": _conditions(verb, rows, check),
        "columns": [_(words.COLUMNS.get(column, column)) for column in cols],
    }


BEFORE_AND_AFTER = (N_("変更前：%(words)s"), N_("変更後：%(words)s"))


def _conditions(verb: str, rows: str, check: str) -> list[tuple[str, str]]:
    """(in words, as PostgreSQL enforces it) of what limits the rows."""
    if verb == "insert" or not check or check == rows:
        only = check or rows if verb == "insert" else rows
        return [(_condition(only), only)]
    pairs = zip(BEFORE_AND_AFTER, (rows, check), strict=True)
    return [(_(text, words=_condition(sql)), sql) for text, sql in pairs]


def _condition(sql: str) -> str:
    return _(words.CONDITIONS.get(sql, sql))


@pages.get("/permissions/functions")
@door("permission:show")
def functions() -> str:
    """Who owns the code that sees more than its caller, and who may call it."""
    lines = []
    for signature, (owner, callers) in FUNCTIONS.items():
        name = signature.split("(")[0]
        lines.append((name, _(words.FUNCTIONS.get(name, name)), _(NAMES[owner]), _names(callers)))
    return flask.render_template("permissions/functions.html", lines=lines)


def _names(roles: Iterable[str]) -> list[str]:
    return [_(NAMES[role]) for role in roles]
