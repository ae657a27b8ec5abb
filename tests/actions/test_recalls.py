"""A file changes hands: what the partner keeps, what the city keeps, and what can no longer be reached."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound

from portal.actions import recalls
from portal.db import db
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Claim, Contactee, Tombstone
from portal.rules.lifecycles import NotNow
from tests import cast

MORI = cast.id_("mori_north")


@pytest.fixture
def called(admin):
    """Alma's line with 森 is up, and she holds the lease."""
    admin.execute(
        "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, state, number, note, verdict)"
        " values (gen_random_uuid(), %s, %s, %s, now(), 'call', 'open', '0565000101', 'メモ', 'yes')",
        [cast.id_("north"), MORI, cast.id_("alma")],
    )
    admin.execute(
        "update shared.casefile set leased_by = %s, leased_until = now() + interval '20 min' where id = %s",
        [cast.id_("alma"), MORI],
    )


def test_the_partner_keeps_a_tombstone_and_nothing_else(acting, called):
    with acting("dan", "case:recall") as dan:
        recalls.recall(MORI, reason="債権所管課の申出", by=dan)
    with acting("alma", "case:list"):
        for model in (Casefile, Claim, Contactee, Attempt):
            key = model.id if model is Casefile else model.case_id
            assert db.session.scalars(sa.select(model).where(key == MORI)).all() == []
        stone = db.session.get_one(Tombstone, MORI)
        assert (stone.number, stone.outcome) == ("10000001", "recalled")


def test_the_city_keeps_the_record_of_contact(acting, called, admin):
    with acting("dan", "case:recall") as dan:
        case = recalls.recall(MORI, reason="債権所管課の申出", by=dan)
        assert (case.org_id, case.state, case.leased_by, case.leased_until) == (dan.org_id, "recalled", None, None)
        attempt = db.session.scalars(sa.select(Attempt).where(Attempt.case_id == MORI)).one()
        assert (attempt.org_id, attempt.state, attempt.note) == (dan.org_id, "done", "メモ")
    ended = "select end_reason, ended_at = %s from city.placement where case_id = %s"
    assert admin.execute(ended, [cast.NOW, MORI]).fetchone()[0] == "債権所管課の申出"
    assert admin.execute("select ended_at is null from city.placement_line where case_id = %s", [MORI]).fetchone() == (
        False,
    )
    assert admin.execute("select count(*) from shared.contactee where case_id = %s", [MORI]).fetchone() == (0,)


def test_an_open_line_does_not_bar_the_agent_from_the_next_call(acting, called, admin):
    with acting("dan", "case:recall") as dan:
        recalls.recall(MORI, reason="引揚げ", by=dan)
    with acting("alma", "call:open") as alma:
        db.session.add(Attempt(org_id=alma.org_id, case_id=cast.id_("kato_north"), by_id=alma.account_id, at=cast.NOW,
                               channel="call", state="open", verdict="yes"))  # fmt: skip


def test_it_happens_once(acting):
    with acting("dan", "case:recall") as dan:
        recalls.recall(MORI, reason="引揚げ", by=dan)
    with pytest.raises(NotNow), acting("dora", "case:recall") as dora:
        recalls.recall(MORI, reason="引揚げ", by=dora)


def test_no_such_file(acting):
    with pytest.raises(NoResultFound), acting("dan", "case:recall") as dan:
        recalls.recall(cast.id_("nobody"), reason="引揚げ", by=dan)


def test_an_open_file_with_a_balance_does_not_close(acting, admin):
    with pytest.raises(recalls.StillOwed), acting("dan", "case:recall") as dan:
        recalls.recall(MORI, outcome="closed", reason="完納", by=dan)
    admin.execute("update shared.casefile set balance = 0 where id = %s", [MORI])
    with acting("dan", "case:recall") as dan:
        assert recalls.recall(MORI, outcome="closed", reason="完納", by=dan).state == "closed"


def test_all_files_of_a_person_at_every_partner(acting):
    with acting("dan", "case:recall") as dan:
        assert recalls.recall_all(cast.id_("abe"), reason="引揚げ", by=dan) == 2
        assert recalls.recall_all(cast.id_("abe"), reason="引揚げ", by=dan) == 0
    for who, case in (("alma", "abe_north"), ("lena", "abe_law")):
        with acting(who, "tombstone:list"):
            assert db.session.get_one(Tombstone, cast.id_(case)).outcome == "recalled"
