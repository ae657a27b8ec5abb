"""Which language a request speaks, and its words. Pages ask for hundreds, so each is looked up once a process."""

from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import flask
import flask_babel
from markupsafe import Markup

LANGUAGES = ("ja", "en")
_spoken: ContextVar[str | None] = ContextVar("language", default=None)


def attach(app: flask.Flask) -> None:
    """Behind Babel, whose `_` in templates this one replaces: the same words, escaped and filled in alike."""
    app.before_request(_listen)
    app.teardown_request(_forget)
    app.jinja_env.globals.update(_=translated, gettext=translated)


def language() -> str:
    """ "ja" or "en"; Japanese outside a request."""
    return _spoken.get() or _chosen()


def translated(text: Any, **values: Any) -> Markup:
    """The words of `text` in this request's language, as markup; `values` are escaped."""
    known, spoken = text if type(text) is str else str(text), language()
    if not values:
        return _plain(spoken, known)
    if len(values) == 1:
        ((name, value),) = values.items()
        if type(value) is int:
            return _counted(spoken, known, name, value)
    return _words(spoken, known) % values


def _chosen() -> str:
    chosen = flask.session.get("language") if flask.has_request_context() else None
    return chosen if chosen in LANGUAGES else "ja"


def _listen() -> None:
    _spoken.set(_chosen())


def _forget(_error: BaseException | None) -> None:
    _spoken.set(None)


@lru_cache(maxsize=8192)
def _words(spoken: str, text: str) -> Markup:
    with flask_babel.force_locale(spoken):
        return Markup(flask_babel.gettext(text))


@lru_cache(maxsize=8192)
def _plain(spoken: str, text: str) -> Markup:
    return _words(spoken, text) % {}


@lru_cache(maxsize=8192)  # 3件, 2回: few numbers, many times
def _counted(spoken: str, text: str, name: str, value: int) -> Markup:
    return _words(spoken, text) % {name: value}
