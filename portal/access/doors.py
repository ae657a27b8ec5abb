"""Every way in names its action. Here it is enforced; a way in without one stops start-up."""

import functools
import uuid
from collections.abc import Callable
from typing import Any

import click
import flask
import structlog
from flask_login import current_user
from sqlalchemy.exc import DataError, DBAPIError, NoResultFound, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError

from portal.access import scope
from portal.access.policy import ACTIONS
from portal.db import db

log = structlog.get_logger()
SAFE = {"GET", "HEAD", "OPTIONS"}
FOREIGN_COMMANDS = {"run", "shell", "routes"}  # Flask's own
NO_PRINCIPAL, NO_RIGHT, NOT_NOW, SECOND_PERSON = "28000", "42501", "P0409", "P0403"


def door(action: str) -> Callable[[Callable], Callable]:
    """Names the action of a view or a command: `@door("call:log")`. KeyError when the law has no such action."""
    ACTIONS[action]

    def mark(function: Callable) -> Callable:
        @functools.wraps(function)
        def enter(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        enter.action = action  # type: ignore[attr-defined]
        return enter

    return mark


def action_of(app: flask.Flask, endpoint: str | None) -> str | None:
    return getattr(app.view_functions.get(endpoint or ""), "action", None)


def begin() -> flask.typing.ResponseReturnValue | None:
    """Before every request: who asks, may they, and only then the view. Action first, then row."""
    flask.g.request_id = uuid.uuid4().hex[:12]
    if flask.request.endpoint is None:
        return None
    action = ACTIONS[action_of(flask.current_app, flask.request.endpoint) or ""]
    if action.public:
        return None
    if not current_user.is_authenticated:
        return flask.redirect(flask.url_for("session.open", next=_back()))
    if not current_user.may(action.name):
        refuse(action.name)
        flask.abort(403)
    return None


def _back() -> str | None:
    return flask.request.path if flask.request.method == "GET" else None


def load(token: str) -> Any:
    """For Flask-Login: the token becomes a principal, or nobody. PostgreSQL decides."""
    scope.enter(scope.signed_in(token, action_of(flask.current_app, flask.request.endpoint) or "home:show"))
    try:
        return scope.principal()
    except DBAPIError as error:
        scope.leave()
        if sqlstate(error) == NO_PRINCIPAL:
            return None
        raise


def refuse(action: str) -> None:
    """A refusal leaves an entry of its own, in a second transaction, after whatever was begun is undone."""
    db.session.rollback()
    wanted = [value for value in (flask.request.view_args or {}).values() if isinstance(value, uuid.UUID)]
    scope.note("door", wanted or [uuid.UUID(int=0)], "refuse")
    db.session.commit()
    log.info("refused", action=action, request=flask.g.request_id)


def finish(response: flask.Response) -> flask.Response:
    """One commit a request, before the first byte; an error answer commits nothing but who looked at whom."""
    if response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
        if response.status_code != 503:  # that page shows nobody, and there may be no database to write to
            scope.note_again()
    response.headers["X-Request-Id"] = flask.g.get("request_id", "-")
    return response


def sqlstate(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)


LOCKED = "55P03"
AWAY = ("08", "53", "57P")  # no connection, nothing left to work with, shutting down or starting
STATUS = {NO_PRINCIPAL: 401, NO_RIGHT: 403, NOT_NOW: 409, SECOND_PERSON: 409, LOCKED: 409, "22P02": 404, "P0404": 404}


def status_of(error: Exception) -> int:
    """The HTTP status of an error from below: missing and hidden rows are the same 404."""
    if isinstance(error, scope.Unrecorded):
        return 503
    if isinstance(error, NoResultFound | StaleDataError):
        return 404
    if isinstance(error, DataError):  # a sign or a number that PostgreSQL has no place for: no form of ours sends one
        return STATUS.get(sqlstate(error) or "", 400)
    if isinstance(error, DBAPIError):
        away = error.connection_invalidated or (sqlstate(error) or "08").startswith(AWAY)
        return STATUS.get(sqlstate(error) or "", 503 if away else 500)
    return 503 if isinstance(error, SQLAlchemyError) else 500


def check_doors(app: flask.Flask) -> None:
    """Start-up stops while a way in has no action, or a writing one names a reading action."""
    wrong = [_complaint(app, rule) for rule in app.url_map.iter_rules()]
    wrong += [f"command {name} names no action" for name, c in _commands(app.cli) if not hasattr(c.callback, "action")]
    if found := [complaint for complaint in wrong if complaint]:
        raise RuntimeError("A door without its row in access/policy.py: " + "; ".join(found))


def _complaint(app: flask.Flask, rule: Any) -> str | None:
    action = action_of(app, rule.endpoint)
    if action is None:
        return f"{rule.rule} ({rule.endpoint}) names no action"
    if not ACTIONS[action].writes and rule.methods - SAFE:
        return f"{rule.rule} writes under the reading action {action}"
    return None


def _commands(group: click.Group, prefix: str = "") -> Any:
    for name, command in group.commands.items():
        if not prefix and name in FOREIGN_COMMANDS:
            continue
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command
