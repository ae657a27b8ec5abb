"""Two people, never one: who asks does not approve, and without the word the database keeps the mark."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoResultFound

from portal.actions import approvals, protections
from portal.db import db
from portal.models.placements import Approval, Hold
from portal.models.receivables import Debtor
from portal.rules.lifecycles import NotNow
from tests import cast

PERSON = cast.id_("protected")


def ask(acting, who="dan"):
    with acting(who, "protection:ask") as by:
        return protections.ask(PERSON, reason="本人の申出（債管第300号）", by=by).id


def decide(acting, request, who="dora", answer="approve"):
    with acting(who, "protection:decide") as by:
        return protections.decide(request, answer=answer, by=by)


def lift(acting, who="dan"):
    with acting(who, "protection:lift") as by:
        protections.lift(PERSON, by=by)


def test_asked_approved_lifted(acting, admin):
    admin.execute("insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at) values"
                  " (gen_random_uuid(), %s, 'protection', gen_random_uuid(), %s, %s, now())",
                  [PERSON, cast.id_("city"), cast.id_("dan")])  # fmt: skip
    request = ask(acting)
    decide(acting, request)
    lift(acting)
    with acting("dan", "person:show"):
        debtor = db.session.scalars(sa.select(Debtor).where(Debtor.person_id == PERSON)).one()
        assert (debtor.protected, debtor.name) == (False, None)
        assert db.session.get_one(Approval, request).used_at is not None
        assert db.session.scalars(sa.select(Hold.lifted_by).where(Hold.person_id == PERSON)).one() == cast.id_("dan")


def test_a_word_is_used_once(acting, admin):
    decide(acting, ask(acting))
    lift(acting)
    admin.execute("update city.debtor set protected = true where person_id = %s", [PERSON])
    with pytest.raises(protections.NotApproved):
        lift(acting)


def test_nobody_approves_the_own_request(acting):
    request = ask(acting)
    with pytest.raises(protections.OwnRequest):
        decide(acting, request, "dan")
    with acting("dan", "protection:decide") as dan:
        own = sa.update(Approval).where(Approval.id == request)
        decided = own.values(decision="approved", decided_by=dan.account_id, decided_at=cast.NOW)
        assert db.session.execute(decided.returning(Approval.id)).all() == []


def test_the_table_itself_refuses_one_person_twice(admin):
    with pytest.raises(Exception, match="never_the_same_account"):
        admin.execute(
            "insert into city.approval (id, action, noun_id, reason, asked_by, asked_at, decided_by, decided_at, decision) values"
            " (gen_random_uuid(), 'protection:lift', %s, 'x', %s, now(), %s, now(), 'approved')",
            [PERSON, cast.id_("dan"), cast.id_("dan")],
        )


@pytest.mark.parametrize(
    "prepare", [lambda acting: None, ask, lambda acting: decide(acting, ask(acting), answer="refuse")]
)
def test_not_without_the_second_word(acting, prepare):
    prepare(acting)
    with pytest.raises(protections.NotApproved):
        lift(acting)
    with pytest.raises(DBAPIError) as refused, acting("dan", "protection:lift"):
        db.session.execute(sa.update(Debtor).where(Debtor.person_id == PERSON).values(protected=False))
    assert refused.value.orig.sqlstate == "P0403"


def test_one_request_at_a_time(acting):
    request = ask(acting)
    with pytest.raises(protections.AskedAlready):
        ask(acting, "dora")
    decide(acting, request)
    with pytest.raises(NotNow):
        decide(acting, request, answer="refuse")


def test_who_is_not_protected(acting):
    for person, error in ((cast.id_("mori"), protections.NotProtected), (cast.id_("nobody"), NoResultFound)):
        with pytest.raises(error), acting("dan", "protection:ask") as dan:
            protections.ask(person, reason="x", by=dan)


def test_what_waits_for_a_second_person(acting):
    request = ask(acting)
    with acting("dora", "inbox:show"):
        assert [(row.Approval.id, row.name) for row in approvals.waiting()] == [(request, "段田　実")]
    decide(acting, request)
    with acting("dora", "person:show"):
        assert approvals.waiting() == []
        assert [row[1:] for row in approvals.of_person(PERSON)] == [("段田　実", "堂本　虎")]
