"""氏名・住所の反映: what a partner's copy says of who and where, only by the desk's act, and written down."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound

from portal.actions import recalls, refreshes
from portal.db import db
from portal.models.casefiles import Casefile, Contactee
from portal.models.placements import Disclosure
from tests import cast

MORI = cast.id_("mori_north")


@pytest.fixture
def moved(admin):
    admin.execute("update city.debtor set address = '豊川野市新町9番9号', phone1 = null, flags = '{hearing,disputed}'"
                  " where person_id = %s", [cast.id_("mori")])  # fmt: skip


def test_the_ledger_alone_changes_no_copy(acting, moved):
    with acting("alma", "case:show"):
        assert db.session.get_one(Contactee, MORI).address == "豊川野市本町1丁目1番地"


def test_what_would_change_is_shown_first(acting, moved):
    with acting("dan", "case:refresh"):
        found = {d.field: (d.held, d.known) for d in refreshes.differences(MORI)}
        assert found == {"address": ("豊川野市本町1丁目1番地", "豊川野市新町9番9号"), "phone1": ("0565000101", None),
                         "care": ([], ["hearing"])}  # fmt: skip


def test_the_copy_is_renewed_and_the_disclosure_written(acting, moved, admin):
    with acting("dan", "case:refresh") as dan:
        refreshes.refresh(MORI, by=dan)
        with pytest.raises(refreshes.NothingNew):
            refreshes.refresh(MORI, by=dan)
    with acting("alma", "case:show"):
        person, file = db.session.get_one(Contactee, MORI), db.session.get_one(Casefile, MORI)
        assert (person.name, person.address, person.phone1, person.care) == (
            "森　花子",
            "豊川野市新町9番9号",
            None,
            ["hearing"],
        )
        assert (file.has_phone, file.reason, file.version) == (False, "no_phone", 2)
    with acting("dan", "person:show"):
        entries = db.session.scalars(
            sa.select(Disclosure).where(Disclosure.case_id == MORI).order_by(Disclosure.at)
        ).all()
        assert len(entries) == 2
        assert (set(entries[1].fields), entries[1].receivables) == ({"name", "kana", "birth", "address", "care"}, [])
        assert (entries[1].decision_no, entries[1].by_id) == ("債管第101号", cast.id_("dan"))
        assert "個人情報保護法69条" in entries[1].ground


def test_a_telephone_that_came_brings_the_file_into_the_call_list(acting, admin):
    admin.execute("update shared.casefile set has_phone = false, band = 60, reason = 'no_phone' where id = %s", [MORI])
    admin.execute("update shared.contactee set phone1 = null where case_id = %s", [MORI])
    with acting("dan", "case:refresh") as dan:
        refreshes.refresh(MORI, by=dan)
        file = db.session.get_one(Casefile, MORI, populate_existing=True)
        assert (file.has_phone, file.band < 60) == (True, True)


def test_nothing_is_sent_of_who_has_no_name_or_is_back(acting, admin):
    with pytest.raises(NoResultFound), acting("dan", "case:refresh") as dan:
        refreshes.refresh(cast.id_("nobody"), by=dan)
    with acting("dan", "case:recall") as dan:
        recalls.recall(cast.id_("kato_north"), reason="引揚げ", by=dan)
        with pytest.raises(refreshes.NotNow):
            refreshes.refresh(cast.id_("kato_north"), by=dan)
    admin.execute("update city.debtor set name = null where person_id = %s", [cast.id_("mori")])
    with pytest.raises(refreshes.Nameless), acting("dan", "case:refresh") as dan:
        refreshes.refresh(MORI, by=dan)
