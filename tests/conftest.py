"""Real servers for every test: a PostgreSQL and a Valkey of the run's own, and a fresh copy of the cast's city."""

import itertools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask
import psycopg
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, make_url

sys.path.insert(0, str(Path(__file__).parent.parent))

from config import Settings
from portal import bootstrap, create_app
from portal.access import scope
from portal.access.principal import Principal
from portal.db import db
from tests import cast, cluster, pages

NOW = "2026-11-25T14:10:00+09:00"  # a Wednesday, inside everybody's hours
_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[URLS] = None


URLS = pytest.StashKey[dict[str, str] | None]()


def _start(config: pytest.Config) -> dict[str, str]:
    """Servers start when the first test needs them; the template of the cast is made once."""
    if config.stash[URLS] is None:
        urls = config.stash[URLS] = cluster.start()
        config.add_cleanup(cluster.stop)
        cast.make(cluster.clone("cast", urls))
    return config.stash[URLS]


def pytest_configure_node(node: Any) -> None:
    node.workerinput["urls"] = _start(node.config)


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Addresses of the run's servers; their databases lead to the migrated, empty template."""
    given = getattr(request.config, "workerinput", None)
    return given["urls"] if given else _start(request.config)


@contextmanager
def a_city(servers: dict[str, str], template: str = "cast") -> Iterator[dict[str, str]]:
    name = f"t_{os.getpid()}_{next(_numbers)}"
    yield cluster.clone(name, servers, template)
    cluster.drop(name, servers)


@pytest.fixture
def urls(servers: dict[str, str]) -> Iterator[dict[str, str]]:
    """A database of this test's own, with the cast in it."""
    with a_city(servers) as found:
        yield found


@pytest.fixture(scope="module")
def shared_urls(servers: dict[str, str]) -> Iterator[dict[str, str]]:
    """One database for all tests of a module that only look."""
    with a_city(servers) as found:
        yield found


@pytest.fixture(autouse=True)
def november() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


def make_app(urls: dict[str, str], instance: Path) -> flask.Flask:
    named = {key.lower(): url for key, url in urls.items()}
    return create_app(Settings(instance=instance, secret_key=cast.KEY, testing=True, **named))


@pytest.fixture
def app(urls: dict[str, str], tmp_path: Path) -> Iterator[flask.Flask]:
    made = make_app(urls, tmp_path)
    made.test_client_class = Browser
    yield made
    close(made)


def close(app: flask.Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def admin(urls: dict[str, str]) -> Iterator[psycopg.Connection[Any]]:
    """The superuser's eye on this test's database: sees through the wall; what it changes itself fires no trigger."""
    address = make_url(urls["DATABASE_ADMIN_URL"]).set(database=make_url(urls["DATABASE_OWNER_URL"]).database)
    with bootstrap.connect(address.render_as_string(hide_password=False)) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


_statements: list[str] = []


@event.listens_for(Engine, "before_cursor_execute")
def _count(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    _statements.append(statement)


class Browser(FlaskClient):
    """Signs in as a member of the cast by the session the cast holds, and checks every page it fetches."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        _statements.clear()
        answer = super().open(*args, **kwargs)
        assert answer.status_code != 500, f"{answer.request.path} failed"
        if answer.mimetype == "text/html" and answer.status_code != 302:
            assert not (wrong := pages.faults(answer.text)), f"{answer.request.path}: {wrong}"
        if answer.request.method == "GET":
            assert len(_statements) <= pages.MOST_STATEMENTS, f"{answer.request.path}: {_statements}"
        return answer

    def sign_in(self, who: str) -> "Browser":
        with self.session_transaction() as session:
            session["_user_id"], session["_fresh"] = cast.token(who), True
        return self

    def send(self, path: str, **form: Any) -> Any:
        """POST a form as a page would: with the token its page carries."""
        return self.post(path, data={"csrf_token": self.csrf(), **form})

    def csrf(self) -> str:
        with self.application.test_request_context(), self.session_transaction() as session:
            from flask_wtf.csrf import generate_csrf

            flask.session.update(session)
            token = generate_csrf()
            session["csrf_token"] = flask.session["csrf_token"]
        return token


@pytest.fixture
def as_(app: flask.Flask):
    """`as_("alma").get("/cases")`."""
    return lambda who: app.test_client().sign_in(who)


@pytest.fixture
def acting(app: flask.Flask):
    """`with acting("dan", "case:recall") as dan:` a transaction of Dan's; commits at the end, rolls back on an error."""

    @contextmanager
    def act(who: str, action: str) -> Iterator[Principal]:
        with app.app_context():
            scope.enter(scope.signed_in(cast.token(who), action))
            yield scope.principal()
            db.session.commit()

    return act
