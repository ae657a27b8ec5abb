"""One small demo city for all tests of it, made once a test process through the product."""

from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
import time_machine

from config import Settings
from demo import city
from demo.moments import NOW
from portal import create_app
from portal.access import scope
from portal.embedded import DATABASE
from tests import cast
from tests.conftest import Browser, a_city, close

SCALE = 0.001  # the leads, and a few others


def app_of(urls: dict[str, str], instance: Path) -> flask.Flask:
    named = {key.lower(): url for key, url in urls.items()}
    settings = Settings(
        instance=instance, secret_key=cast.KEY, testing=True, demo_now=NOW, demo_scale=SCALE, **named
    )  # fmt: skip
    app = create_app(settings)
    app.test_client_class = Browser
    return app


@pytest.fixture(scope="session")
def demo(servers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of a database with the demo city in it."""
    with a_city(servers, DATABASE["test"]) as urls:
        with time_machine.travel(NOW, tick=True):
            made(urls, tmp_path_factory.mktemp("instance"))
        yield urls


def made(urls: dict[str, str], instance: Path) -> None:
    app = app_of(urls, instance)
    with app.app_context():
        city.fill(SCALE, city.found())
    close(app)


@pytest.fixture
def demo_app(demo: dict[str, str], tmp_path: Path, november: time_machine.Traveller) -> Iterator[flask.Flask]:
    # a one-time code opens one session only: the maker used those of ten past two
    november.move_to("2026-11-25T14:30:00+09:00")
    app = app_of(demo, tmp_path)
    yield app
    close(app)
    scope.stand_still(None)
