"""Where the time of a page goes: in the template, in PostgreSQL, or elsewhere in Python."""

import time
from statistics import median
from typing import Any

import flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from bench.city import City
from portal.db import db

TIMES = 15


def spent(city: City, who: str, path: str) -> str:
    """In words, from a few pages fetched inside this process: "of 19 ms 10 go to the template, 4 to 7 statements"."""
    app = city.app()
    client = signed_in(app, city.tokens[who])
    seen = [_once(app, client, path) for _ in range(TIMES)]
    whole, template, statements = (median(part) * 1000 for part in list(zip(*seen, strict=True))[:3])
    close(app)
    return f"of {whole:.0f} ms {template:.0f} go to the template and {statements:.0f} to {seen[0][3]} statements"


def _once(app: flask.Flask, client: FlaskClient, path: str) -> tuple[float, float, float, int]:
    """Seconds of the whole page, of its template, of its statements; and how many statements."""
    began: dict[str, float] = {}
    taken: dict[str, list[float]] = {"template": [], "statement": []}

    def start(what: str) -> None:
        began[what] = time.perf_counter()

    def end(what: str) -> None:
        taken[what].append(time.perf_counter() - began[what])

    marks: list[tuple[str, Any]] = [
        ("before_cursor_execute", lambda *_: start("statement")),
        ("after_cursor_execute", lambda *_: end("statement")),
    ]
    for name, mark in marks:
        event.listen(Engine, name, mark)
    with (
        flask.before_render_template.connected_to(lambda *_, **__: start("template"), app),
        flask.template_rendered.connected_to(lambda *_, **__: end("template"), app),
    ):
        first = time.perf_counter()
        client.get(path)
        whole = time.perf_counter() - first
    for name, mark in marks:
        event.remove(Engine, name, mark)
    return whole, sum(taken["template"]), sum(taken["statement"]), len(taken["statement"])


def signed_in(app: flask.Flask, token: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def close(app: flask.Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
