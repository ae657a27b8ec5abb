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
    """The address of `show`, put together by hand: three stand on every page, and url_for is slow."""
    return f"{flask.request.script_root}/assets/{tree_hash()}/{name}"
