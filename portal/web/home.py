"""The first page of each role is its first list."""

import flask
from flask_login import current_user

from portal.access.doors import door
from portal.web.frame import MENU

pages = flask.Blueprint("home", __name__)


@pages.get("/")
@door("home:show")
def show() -> flask.typing.ResponseReturnValue:
    known = flask.current_app.view_functions
    first = next(e for action, e, _ in MENU if e in known and current_user.may(action))
    return flask.redirect(flask.url_for(first))
