"""催告停止者リスト: for the sections that own the claims, so that their own reminders stop."""

import flask

from portal.access.doors import door
from portal.actions import stop_lists
from portal.adapters import stop_list_files
from portal.web import downloads

pages = flask.Blueprint("stop_lists", __name__)
Answer = flask.typing.ResponseReturnValue


@pages.get("/stop-lists")
@door("stoplist:show")
def index() -> str:
    sources = stop_lists.sources()
    folder = flask.current_app.config["STOP_LIST_DIR"]
    return flask.render_template(
        "stop_lists/index.html", sources=sources, daily=folder is not None, formats=downloads.LABELS
    )


@pages.get("/stop-lists/export")
@door("stoplist:export")
def export() -> Answer:
    """`source` is a code of the city's own, no person's."""
    source = flask.request.args.get("source")
    if source is None:
        return flask.redirect(flask.url_for("stop_lists.index"))
    if source not in {row.source for row in stop_lists.sources()}:
        flask.abort(404)
    name = stop_list_files.name(source).removesuffix(stop_list_files.SUFFIX)
    return downloads.send(name, stop_list_files.HEAD, stop_lists.export(source))
