"""What no page of ours sends: an address or a form may hold anything, and none of it is a fault of the server."""

import base64
import io
import json

import pytest

from tests import cast

MORI = cast.id_("mori_north")
CURSORS = (
    [5, "x", 5], [10**30, "2026-01-01T00:00:00+09:00", str(MORI)], [1e999, "2026-01-01T00:00:00+09:00", str(MORI)],
    [5, "0001-01-01T00:00:00+14:00", str(MORI)], [{}, [], {}], "after", None,
)  # fmt: skip


def cursor(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("text", [*map(json.dumps, CURSORS), "[" * 5000, "\0"])
def test_a_cursor_of_ones_own_making(as_, text):
    assert as_("alma").get("/cases", query_string={"after": cursor(text)}).status_code in (200, 400)


@pytest.mark.parametrize("query", [
    "until=9999-12-31", "until=0001-01-01", "from=0001-01-01", "from=9999-12-31&until=9999-12-31", "number=%00", "verb=%00",
])  # fmt: skip
def test_a_period_at_the_end_of_the_calendar(as_, query):
    for path in ("/audit/trail", "/audit/activity", "/audit/breaches"):
        assert as_("auda").get(f"{path}?{query}").status_code in (200, 400)


PAST = {"result": "10", "at_on": "2026-11-25", "at_time": "13:00", "channel": "call", "number": "1"}


@pytest.mark.parametrize("form", [
    PAST | {"version": "9" * 5000}, PAST | {"version": "9" * 30}, PAST | {"version": "1", "note": "\0"},
    PAST | {"version": "1", "at_on": "0001-01-01"}, PAST | {"version": "1", "next_on": "9999-12-31"},
])  # fmt: skip
def test_a_call_that_cannot_be_written_down_changes_nothing(as_, admin, form):
    assert as_("alma").send(f"/cases/{MORI}/past-calls", **form).status_code in (400, 409, 422)
    assert admin.execute("select count(*) from shared.attempt").fetchone() == (0,)


def test_a_sign_that_is_none(as_, admin):
    assert as_("alma").send(f"/cases/{MORI}/return", reason="refused", note="a\0b").status_code == 400
    assert as_("dan").send("/persons/search", number="\0").status_code == 400
    assert admin.execute("select count(*) from shared.return").fetchone() == (0,)


@pytest.mark.parametrize("path", ["/sign-in", "/language", "/sign-out", "/cases/next"])
def test_a_large_body_is_read_at_one_door_only(as_, path):
    large = {"file": (io.BytesIO(b"x" * 2_000_000), "ledger.csv")}
    assert as_("alma").send(path, **large).status_code == 413


def test_nobodys_body_is_read_before_it_is_known_whose_it_is(app, as_):
    """Neither token nor limit answers first: who asks, may they, and only then the form."""
    large = {"file": (io.BytesIO(b"x" * 2_000_000), "ledger.csv")}
    assert app.test_client().post("/intakes", data=large).location.startswith("/sign-in")
    assert as_("alma").post("/intakes").status_code == 403
    assert as_("dan").post("/intakes").status_code == 400
