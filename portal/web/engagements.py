"""契約終了まで30日: what the partners of contracts that end soon still hold."""

import flask

from portal.access import scope
from portal.access.doors import door
from portal.actions import engagements
from portal.clock import day_of

pages = flask.Blueprint("engagements", __name__)


@pages.get("/engagements/ending")
@door("engagement:list")
def index() -> str:
    today = day_of(scope.now())
    found = engagements.ending(today)
    return flask.render_template("engagements/index.html", found=found, today=today, days=engagements.SOON)
