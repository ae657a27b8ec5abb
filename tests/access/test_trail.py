"""Where no entry can be written, nothing is shown and nothing changes."""

import pytest

from portal.access import law
from portal.db import db
from tests import cast

MORI = cast.id_("mori_north")


@pytest.fixture
def broken(admin):
    admin.execute("alter table audit.event rename to gone")


@pytest.mark.parametrize(
    ("who", "path"), [("alma", f"/cases/{MORI}"), ("alma", "/cases"), ("dan", f"/persons/{cast.id_('mori')}")]
)
def test_nothing_is_shown(as_, broken, who, path):
    answer = as_(who).get(path)
    assert answer.status_code == 503
    assert "森" not in answer.text


def test_a_refusal_that_cannot_be_noted_is_no_refusal_page(as_, broken):
    assert as_("alma").get("/inbox").status_code == 503


def test_nothing_changes(as_, broken, admin):
    with pytest.raises(
        AssertionError, match="return failed"
    ):  # the page of a fault, which the client lets nobody overlook
        as_("alma").send(f"/cases/{MORI}/return", reason="refused")
    assert admin.execute("select count(*) from shared.return").fetchone() == (0,)


def test_every_table_has_its_row_in_the_law():
    law.check_tables(db.metadata.tables)
    with pytest.raises(RuntimeError, match=r"city\.secret"):
        law.check_tables([*db.metadata.tables, "city.secret"])
