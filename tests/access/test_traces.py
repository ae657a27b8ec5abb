"""What a partner can notice by design, and that it is no more: docs/security.md says the same in words."""

import random
import re
import uuid
from datetime import datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from portal.access import scope
from portal.actions import persons, recalls
from portal.clock import JST
from portal.db import db
from portal.rules.contact import Hours, Limits, Past, Person, Question, announced, earliest, reasons
from tests import cast
from tests.access import stage
from tests.access.asking import columns_of
from tests.access.test_urls import NOBODYS, ask, same
from tests.conftest import Browser, a_city, close, make_app

KINDS = ("referral", "return", "attempt", "protection", "desk", "movement", "mark")
ABE = cast.id_("abe_north")
HOLD = (
    "insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at)"
    " values (gen_random_uuid(), %(person)s, %(kind)s, gen_random_uuid(), %(org)s, %(by)s, %(now)s)"
)


@pytest.fixture(autouse=True)
def still(november):
    november.move_to(cast.NOW, tick=False)


def test_a_hold_reads_the_same_whatever_stopped_the_person(as_, urls, admin):
    read = {}
    for kind in KINDS:
        admin.execute("delete from city.hold; update shared.casefile set held_at = null; delete from audit.event")
        with stage.ask_as("desk", urls) as desk:
            desk.execute(
                HOLD,
                {
                    "person": cast.id_("abe"),
                    "kind": kind,
                    "org": cast.id_("law"),
                    "by": cast.id_("dan"),
                    "now": cast.NOW,
                },
            )
            desk.commit()
        alma = as_("alma")
        answers = [alma.get("/cases"), alma.get("/cases?show=held"), alma.get(f"/cases/{ABE}"), alma.send(f"/cases/{ABE}/calls", number="1"),
                   alma.get(f"/cases/{ABE}/letters/new"), alma.get(f"/cases/{ABE}/return"), alma.get(f"/cases/{ABE}/referral"),
                   alma.get("/tombstones")]  # fmt: skip
        with stage.ask_as("agent", urls) as login:
            facts = login.execute("select * from access.contact_facts(%s)", [ABE]).fetchall()
            login.rollback()
        read[kind] = [unnumbered(a) for a in answers], facts
    assert all(found == read["desk"] for found in read.values()), [
        k for k, found in read.items() if found != read["desk"]
    ]
    assert "連絡停止" in read["desk"][0][2][1]


def unnumbered(answer):
    """`same`, and the page's own random ids apart."""
    status, said, headers = same(answer)
    return status, re.sub(r"[0-9a-f]{12,}", "", said), [h for h in headers if h[0] != "ETag"]


def everything(urls, role):
    """All that this role reads of the database."""
    with stage.superuser(urls) as admin:
        columns = columns_of(admin)
    found = {}
    with stage.ask_as(role, urls) as login:
        for table, kinds in columns.items():
            for column in kinds:
                try:
                    with login.transaction(force_rollback=True):
                        found[table, column] = sorted(
                            map(str, login.execute(f'select "{column}" from {table}').fetchall())
                        )
                except psycopg.errors.InsufficientPrivilege:
                    continue
        login.rollback()
    return found


def left(servers, folder, what):
    """What Alma and the law team still read after `what(by)` was done to Abe by the desk: of the database, and on pages."""
    with a_city(servers) as urls:
        app = make_app(urls, folder)
        app.test_client_class = Browser
        with app.app_context():
            scope.enter(scope.signed_in(cast.token("dan"), "case:recall"))
            what(scope.principal())
            db.session.commit()
        pages = [unnumbered(app.test_client().sign_in(who).get(path))
                 for who in ("alma", "sora") for path in ("/cases", "/tombstones", f"/cases/{ABE}", "/referrals/sent")]  # fmt: skip
        found = {role: everything(urls, role) for role in ("agent", "supervisor")}
        close(app)
    return pages, found


def test_a_recall_for_protection_leaves_what_any_recall_leaves(servers, tmp_path):
    ways = {
        "protection": lambda by: persons.protect(cast.id_("abe"), by=by),
        "contract": lambda by: recalls.recall(ABE, reason="契約の変更", by=by),
    }
    traces = {name: left(servers, tmp_path, way) for name, way in ways.items()}
    assert all(found == traces["contract"] for found in traces.values()), [
        n for n, f in traces.items() if f != traces["contract"]
    ]
    assert any("10000004" in row for row in traces["protection"][1]["agent"]["shared.tombstone", "number"])


def test_another_partners_row_is_not_there_at_any_address(urls, app, as_):
    """Each address that takes an id, asked with ids of rows that exist and are another's: the page of a missing row."""
    stage.fill(urls)
    others = {name: cast.id_(name) for name in ("ito_south", "ito_south_claim", "ito", "bo")}
    others["row"] = stage.row_id("ito_south")
    asked = 0
    for who in ("sora", "lena"):
        client = as_(who)
        for rule in app.url_map.iter_rules():
            if len(rule.arguments) != 1 or "<uuid:" not in rule.rule:
                continue
            for method in sorted(rule.methods & {"GET", "POST"}):
                address = re.sub(r"<uuid:[^>]+>", "{}", rule.rule)
                missing = unnumbered(ask(client, method, address.format(NOBODYS)))
                if missing[0] == 403:  # not this role's at all: action first, then row
                    continue
                for name, known in others.items():
                    asked += 1
                    assert unnumbered(ask(client, method, address.format(known))) == missing, (
                        f"{who} {method} {rule.rule} tells {name}"
                    )
    print(f"{asked} addresses")
    assert asked > 100


def test_facts_are_counts_and_times_and_never_whose(admin):
    """The whole of what passes between partners: five columns, two of the fifteen results, no id."""
    ((arguments, result),) = admin.execute(
        "select pg_get_function_arguments(oid), pg_get_function_result(oid) from pg_proc where proname = 'contact_facts'"
    ).fetchall()
    assert arguments == "p_case uuid"
    assert (
        result
        == "TABLE(held boolean, busy boolean, tried_at timestamp with time zone[], channels text[], results text[])"
    )


def test_of_others_results_a_partner_learns_only_whether_somebody_talked(urls, admin):
    for number, result in enumerate(("01", "02", "03", "05", "10", "11", None)):
        admin.execute(
            "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, state, result, verdict) values"
            " (gen_random_uuid(), %s, %s, %s, %s, 'call', 'done', %s, 'yes')",
            [cast.id_("law"), cast.id_("abe_law"), cast.id_("lena"), cast.NOW - timedelta(days=number + 1), result],
        )
    with stage.ask_as("agent", urls) as login:
        ((results,),) = login.execute("select results from access.contact_facts(%s)", [ABE]).fetchall()
        login.rollback()
    assert sorted(results) == ["01"] + ["10"] * 6


def test_the_moment_told_is_a_full_hour_where_it_comes_from_a_contact():
    """Told to the minute, 「16:23から」 would say that somebody called at 13:23."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice, told = random.Random(seed), 0
    start = datetime(2026, 11, 25, 14, 10, tzinfo=JST)
    for _ in range(300):
        history = tuple(
            Past(start - timedelta(minutes=dice.randrange(1, 12_000)), "call", dice.random() < 0.3)
            for _ in range(dice.randrange(1, 6))
        )
        question = Question(start, "call", "home", None, Hours(), Person(), history, Limits())
        clear, said = earliest(question), announced(question)
        assert (clear is None) == (said is None), f"seed {seed}"
        if clear and clear != start:
            told += 1
            assert said >= clear and not reasons(question, said), f"seed {seed}"
            assert (said.minute, said.second, said.microsecond) == (0, 0, 0), f"seed {seed}"
    assert told > 50


def test_the_wait_for_a_person_is_bounded_and_says_nothing(urls):
    """Whoever has the person at that moment, the desk or another partner: the same error, and no row in it."""
    said = []
    for role, words, value in (("desk", "select 1 from city.person where id = %s for update", cast.id_("abe")),
                               ("lawyer", "select 1 from access.contact_facts(%s)", cast.id_("abe_law"))):  # fmt: skip
        with stage.ask_as(role, urls) as holder, stage.ask_as("agent", urls) as alma:
            holder.execute(words, [value])
            assert alma.execute("show lock_timeout").fetchall() == [("5s",)]
            alma.execute("set local lock_timeout = '20ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable) as error, alma.transaction():
                alma.execute("select 1 from access.contact_facts(%s)", [ABE])
            said.append((error.value.sqlstate, error.value.diag.message_primary, error.value.diag.message_detail))
            holder.rollback()
            alma.rollback()
    assert said[0] == said[1]
    assert said[0][2] is None


def test_case_numbers_count_ones_own_contract_only(acting, admin):
    """With one row of numbers for all, a partner could count what the others were given in between."""
    given = {}
    with acting("dan", "placement:make"):
        for contract, count in (("north", 2), ("south", 40), ("north", 1), ("law", 7), ("north", 3)):
            number = text("select access.number_cases(:contract, :count)")
            first = db.session.execute(
                number, {"contract": cast.id_(f"{contract}_contract"), "count": count}
            ).scalar_one()
            given.setdefault(contract, []).extend(range(first, first + count))
    assert given == {"north": [1, 2, 3, 4, 5, 6], "south": list(range(1, 41)), "law": list(range(1, 8))}
    assert (
        admin.execute("select 1 from pg_class where relkind = 'S' and relnamespace = 'shared'::regnamespace").fetchall()
        == []
    )


def test_a_law_team_answers_its_own_questions_only(urls, admin):
    """Neither another law team nor a call centre reads or answers a name that is not asked of it."""
    stage.fill(urls)
    ours, theirs = stage.row_id("ueda_law"), stage.row_id("ito_south")
    answer = "update shared.conflict set result = 'clear', answered_at = %s, answered_by = %s where id = %s"
    with stage.ask_as("lawyer", urls) as lena:
        assert [
            lena.execute(answer, [cast.NOW, cast.id_("lena"), i]).rowcount for i in (ours, theirs, uuid.uuid4())
        ] == [1, 0, 0]
        assert lena.execute("select 1 from shared.conflict where id = %s", [theirs]).rowcount == 0
        lena.rollback()
    for role in ("agent", "supervisor", "welfare", "auditor"):
        with stage.ask_as(role, urls) as login:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), login.transaction():
                login.execute("select 1 from shared.conflict")
            login.rollback()
