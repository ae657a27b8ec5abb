"""The trail holds everything; nothing an auditor may do changes anything."""

from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import select

from portal.access import law, scope
from portal.access.policy import NO_ROW_SECURITY
from portal.actions import activity, audits, recalls
from portal.actions.audits import Period
from portal.db import db
from portal.models.attempts import Attempt
from portal.models.returns import Return
from tests import cast

MORI, ABE, ABE_LAW, NORTH = (cast.id_(key) for key in ("mori_north", "abe_north", "abe_law", "north"))
TODAY = Period(cast.TODAY, cast.TODAY)


def called(by, case_id=MORI, **values):
    given = {"channel": "call", "result": "01", "verdict": "yes", "at": scope.now() - timedelta(minutes=5), **values}
    attempt = Attempt(org_id=by.org_id, case_id=case_id, by_id=by.account_id, **given)
    db.session.add(attempt)
    db.session.flush()
    return attempt


def entries(query):
    return {(e.actor_id, e.action, e.noun, e.verb) for e in db.session.scalars(query)}


def test_a_files_trail_says_who_did_and_who_looked_and_stays_when_it_is_recalled(acting):
    with acting("alma", "call:log") as alma:
        scope.note("casefile", [MORI])
        called(alma)
    with acting("dan", "case:recall") as dan:
        recalls.recall(MORI, reason="市の判断", by=dan)
    with acting("dan", "person:show"):
        scope.note("person", [cast.id_("mori")])
    with acting("auda", "audit:trail"):
        found = entries(audits.trail(MORI, cast.id_("mori")))
    who = cast.id_("alma"), cast.id_("dan")
    assert {(who[0], "call:log", "casefile", "read"), (who[0], "call:log", "attempt", "insert"),
            (who[1], "case:recall", "casefile", "update"), (who[1], "case:recall", "contactee", "delete"),
            (who[1], "person:show", "person", "read")} <= found  # fmt: skip


def test_an_effect_on_another_partners_file_names_its_cause_to_the_auditor(acting):
    with acting("alma", "return:send") as alma:
        back = Return(org_id=alma.org_id, case_id=ABE, by_id=alma.account_id, at=scope.now(), reason="refused")
        db.session.add(back)
    with acting("auda", "audit:trail"):
        found = entries(audits.trail(ABE_LAW, cast.id_("abe")))
    assert (None, "system", "casefile", "update") in found
    assert (cast.id_("alma"), "return:send", "casefile", "cause") in found


def test_another_persons_entries_stay_out(acting):
    with acting("bo", "case:show"):
        scope.note("casefile", [cast.id_("ito_south")])
    with acting("auda", "audit:trail"):
        assert not entries(audits.trail(MORI, cast.id_("mori")))
        assert not entries(audits.seen(cast.id_("mori"), TODAY))


def test_who_saw_a_person_counts_every_file_of_the_person_inside_the_period(acting, november):
    with acting("alma", "case:list"):
        scope.note("casefile", [ABE, MORI])
    with acting("lena", "case:show"):
        scope.note("casefile", [ABE_LAW])
    november.move_to("2026-11-26T00:00:30+09:00")  # still the 25th in UTC
    with acting("dan", "person:show"):
        scope.note("person", [cast.id_("abe")])
        scope.note("debtor", [cast.id_("abe_debtor")])
    with acting("auda", "audit:seen"):
        today = audits.viewers(audits.seen(cast.id_("abe"), TODAY))
        later = audits.viewers(audits.seen(cast.id_("abe"), Period(date(2026, 11, 26), date(2026, 11, 26))))
    assert {(v.actor_id, v.action, v.times) for v in today} == {
        (cast.id_("alma"), "case:list", 1), (cast.id_("lena"), "case:show", 1)}  # fmt: skip
    assert [(v.actor_id, v.times) for v in later] == [(cast.id_("dan"), 2)]


def test_activity_stays_with_the_partner_that_did_it_after_a_recall(acting):
    with acting("alma", "call:log") as alma:
        called(alma)
        called(
            alma,
            at=scope.now().replace(hour=22) - timedelta(days=1),
            result="10",
            verdict="no",
            reasons=["outer_hours"],
        )
        called(alma, channel="letter", letter_kind="reminder", result=None)
        scope.note("casefile", [MORI])
    with acting("dan", "case:recall") as dan:
        recalls.recall(MORI, reason="市の判断", by=dan)
    with acting("auda", "audit:activity"):
        north = activity.figures(Period(cast.TODAY - timedelta(days=1), cast.TODAY))[NORTH]
        before = activity.figures(Period(date(2026, 4, 1), date(2026, 4, 1)))[NORTH]
        breach = db.session.scalars(audits.breaches(Period(date(2026, 11, 1), cast.TODAY), NORTH)).one()
    expected = {"held": 2, "placed": 5, "recalled": 3, "returned": 0, "calls": 2, "contacts": 1, "letters": 1,
                "referrals": 0, "breaches": 1, "viewers": 1, "balance": 60_000}  # fmt: skip
    assert {code: north[code] for code in expected} == expected
    assert (before["held"], before["calls"]) == (2, 0)
    assert breach.reasons == ["outer_hours"]


def test_looking_for_a_number_is_exact(acting):
    with acting("auda", "audit:find"):
        assert [row.person_id for row in audits.persons("0000000001")] == [cast.id_("mori")]
        assert audits.persons("1") == audits.persons("000000000%") == []


def test_the_auditor_can_write_nothing(admin):
    """Every verb on every table, as the auditor's own role."""
    column = (
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and attidentity = '' and not attisdropped"
        " and attgenerated = '' order by attnum limit 1"
    )
    tables = {t: admin.execute(column, [t]).fetchone()[0] for t in (*law.tables(), *NO_ROW_SECURITY)}
    admin.execute("set role portal_auditor")
    for table, first in tables.items():
        for statement in (f"insert into {table} default values", f"update {table} set {first} = {first}",
                          f"delete from {table}", f"truncate {table}"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                admin.execute(statement)
    assert len(tables) > 30


def test_reading_needs_no_more_than_the_auditor_has(acting):
    with acting("auda", "audit:breaches"):
        assert audits.judged(TODAY, None) == 0
        assert db.session.scalars(select(Attempt)).all() == []
