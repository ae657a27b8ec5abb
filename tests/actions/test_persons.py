"""支援措置: everything comes back at once, nobody is told why, and nothing tells who or where any more."""

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound

from portal.actions import persons
from portal.db import db
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Contactee, Tombstone
from portal.models.placements import Hold
from portal.models.receivables import Debtor, Receivable
from tests import cast

ABE = cast.id_("abe")


@pytest.fixture
def written(admin):
    """North has written to 阿部 and called."""
    admin.execute(
        "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, number, letter_kind, address, verdict) values"
        " (gen_random_uuid(), %(o)s, %(c)s, %(b)s, now(), 'letter', null, 'reminder', '豊川野市本町4丁目1番地', 'yes'),"
        " (gen_random_uuid(), %(o)s, %(c)s, %(b)s, now(), 'call', '09000000104', null, null, 'yes')",
        {"o": cast.id_("north"), "c": cast.id_("abe_north"), "b": cast.id_("alma")},
    )

    for table, key, value in (("city.receivable", "id", "abe_receivable"), ("shared.claim", "case_id", "abe_north")):
        admin.execute(f"update {table} set summary = '第九小学校　5月分' where {key} = %s", [cast.id_(value)])


def protect(acting, person=ABE):
    with acting("dan", "person:protect") as dan:
        return persons.protect(person, by=dan)


def test_nothing_tells_who_or_where(acting, written, admin):
    assert protect(acting) == 2
    for table in (
        "city.debtor",
        "shared.contactee",
        "shared.attempt",
        "city.receivable",
        "shared.tombstone",
        "shared.claim",
        "audit.event",
    ):
        everything = admin.execute(f"select string_agg(t::text, '') from {table} t").fetchone()[0] or ""
        assert not [
            word for word in ("阿部", "アベ", "本町4丁目", "09000000104", "第九小学校") if word in everything
        ], table
    with acting("dan", "person:show"):
        debtor = db.session.scalars(sa.select(Debtor).where(Debtor.person_id == ABE)).one()
        assert (debtor.protected, debtor.number, debtor.name) == (True, "0000000004", None)
        owed = db.session.get_one(Receivable, cast.id_("abe_receivable"))
        assert (owed.verdict, owed.reasons, owed.summary) == ("excluded", ["protected_address"], None)
        assert len(db.session.scalars(sa.select(Attempt).where(Attempt.case_id == cast.id_("abe_north"))).all()) == 2


def test_partners_read_the_word_of_any_recall(acting, written):
    protect(acting)
    for who, case in (("alma", "abe_north"), ("lena", "abe_law")):
        with acting(who, "tombstone:list"):
            assert db.session.get(Casefile, cast.id_(case)) is None
            assert db.session.get(Contactee, cast.id_(case)) is None
            assert db.session.get_one(Tombstone, cast.id_(case)).outcome == "recalled"


def test_contact_is_stopped(acting):
    protect(acting)
    with acting("dan", "person:show"):
        hold = db.session.scalars(sa.select(Hold).where(Hold.person_id == ABE)).one()
        assert (hold.kind, hold.by_id, hold.lifted_at) == ("protection", cast.id_("dan"), None)


def test_a_person_whom_nobody_holds(acting):
    assert protect(acting, cast.id_("free")) == 0


@pytest.mark.parametrize(("person", "error"), [
    (cast.id_("protected"), persons.ProtectedAlready), (uuid.UUID(int=1), NoResultFound),
])  # fmt: skip
def test_refused(acting, person, error):
    with pytest.raises(error):
        protect(acting, person)


def test_the_desk_stops_contact_and_every_partner_sees_it(acting):
    with acting("dan", "hold:place") as dan:
        persons.stop(ABE, by=dan)
    for who, case in (("alma", "abe_north"), ("lena", "abe_law")):
        with acting(who, "case:show"):
            assert db.session.get_one(Casefile, cast.id_(case)).held_at is not None


def test_found_by_the_exact_number(acting):
    with acting("dan", "person:find"):
        assert [row.person_id for row in persons.find("0000000004")] == [ABE]
        assert persons.find("000000000") == []
