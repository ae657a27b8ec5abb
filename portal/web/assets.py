"""Static files under an address that changes when any of them changes."""

import functools
import hashlib
from pathlib import Path

import flask

from config import ROOT
from portal.access.doors import door

pages = flask.Blueprint("assets", __name__)
FOLDER = ROOT / "static"


@functools.cache
def tree_hash(folder: Path = FOLDER) -> str:
    """Of the whole tree: a module and those it imports share one address, so none is loaded twice."""
    digest = hashlib.sha256()
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        digest.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return digest.hexdigest()[:12]


@pages.get("/assets/<tree>/<path:name>")
@door("asset:show")
def show(tree: str, name: str) -> flask.Response:
    response = flask.send_from_directory(FOLDER, name)
    fresh = tree == tree_hash()
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return response


def asset(name: str) -> str:
    return flask.url_for("assets.show", tree=tree_hash(), name=name)
