"""The database is away: every page says so in one sentence, and nothing is taken in."""

import io

import pytest

from tests.conftest import Browser, close, make_app


@pytest.fixture
def dan(urls, tmp_path):
    """Dan's browser, when no server answers."""
    away = {name: url.replace("%2Ftmp%2F", "%2Fnowhere%2F") for name, url in urls.items()}
    app = make_app(away, tmp_path)
    app.test_client_class = Browser
    yield app.test_client().sign_in("dan")
    close(app)


@pytest.mark.parametrize("path", ["/", "/intakes", "/persons"])
def test_a_page_says_that_the_portal_is_away(dan, path):
    answer = dan.get(path)
    assert (answer.status_code, "ただいま利用できません" in answer.text) == (503, True)


def test_an_upload_is_not_taken_in(dan, tmp_path):
    answer = dan.post("/intakes", data={"file": (io.BytesIO(b"x" * 100_000), "a.csv")})
    assert (answer.status_code, "ただいま利用できません" in answer.text) == (503, True)
    assert list(tmp_path.rglob("uploads/*")) == []
