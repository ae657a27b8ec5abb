"""The partners' hottest statements, caught while their pages are fetched: every one finds its rows by an index, under the wall.

A condition with an operator that is not leakproof would wait behind the policy, and no index could answer it; nor could such
an operator, asked of a row before the policy, tell anything of it.
"""

import json
import re

import pytest

from bench import queries
from bench.city import IDS, NOW, fill
from bench.opening import BIND
from portal.access import scope
from portal.bootstrap import connect
from tests import cluster

CASES = 20_000
LARGE = 1_000  # rows
# statements that read a large part of a large table, so that PostgreSQL rightly reads it from end to end
READ_WHOLE = {"lawyer /reviews claim", "lawyer /reviews claim total"}


@pytest.fixture(autouse=True)
def november():
    """Nobody travels here: the bench's city has a clock of its own."""


@pytest.fixture(scope="module")
def city(servers, tmp_path_factory):
    yield fill(cluster.clone("t_hot", servers), tmp_path_factory.mktemp("hot"), CASES)
    scope.stand_still(None)
    cluster.drop("t_hot", servers)


@pytest.fixture(scope="module")
def hot(city):
    found = queries.caught(city)
    assert len(found) >= 20
    return found


@pytest.fixture(scope="module")
def large(city):
    with city.superuser() as db:
        return {t for (t,) in db.execute("select relname from pg_class where reltuples > %s", [LARGE])}


def plan(partner, city, statement, *settings):
    with partner.transaction(force_rollback=True):
        partner.execute(BIND, [scope.raw_token(city.tokens[statement.who]), NOW])
        for setting in settings:
            partner.execute(f"set local {setting}")
        ((found,),) = partner.execute("explain (format json) " + statement.words, statement.values).fetchall()
    return list(nodes((found if isinstance(found, list) else json.loads(found))[0]["Plan"]))


def nodes(node):
    yield node
    for below in node.get("Plans", []):
        yield from nodes(below)


def scans(found):
    return [(n["Relation Name"], n["Node Type"], n.get("Index Name"), n) for n in found if "Relation Name" in n]


def conditioned(node):
    """A bitmap's condition stands below it, and again above as Recheck Cond."""
    return bool(node.get("Index Cond") or node.get("Recheck Cond"))


def test_no_large_table_is_read_from_end_to_end(city, hot, large):
    assert {"casefile", "claim", "attempt", "contactee"} <= large
    whole, told = set(), []
    with connect(city.urls["DATABASE_PARTNER_URL"]) as partner:
        for statement in hot:
            found = scans(plan(partner, city, statement))
            whole |= {statement.name for table, kind, _, _ in found if kind == "Seq Scan" and table in large}
            told.append(f"{statement.name}: " + ", ".join(f"{t} by {i or k}" for t, k, i, _ in found))
    print("\n".join(told))
    assert whole <= READ_WHOLE


def test_under_the_wall_every_large_table_is_found_by_an_index_condition(city, hot, large):
    """Also where a smaller or larger city would make PostgreSQL choose otherwise."""
    bare, asked = [], 0
    with connect(city.urls["DATABASE_PARTNER_URL"]) as partner:
        for statement in hot:
            for table, kind, _, node in scans(plan(partner, city, statement, "enable_seqscan = off")):
                asked += table in large
                bare += [f"{statement.name}: {table} by {kind}"] if table in large and not conditioned(node) else []
    assert not bare
    assert asked > 20


def leaky(db, statement):
    """Operators in WHERE and ON that are not leakproof, as the rewriter keeps them. Asked of constants alone they see no row."""
    words = re.sub(r"%\((\w+)\)s(?!::)", r"%(\1)s", statement.words)
    with db.transaction(force_rollback=True):
        from psycopg import ClientCursor

        bound = ClientCursor(db).mogrify(words, statement.values)
        db.execute("create temporary view hot as " + bound)
        ((tree,),) = db.execute("select ev_action::text from pg_rewrite where ev_class = 'hot'::regclass").fetchall()
        used = {int(number) for part in qualifiers(tree) for number in operators(part)}
        return used, db.execute(
            "select o.oid::regoperator::text from pg_operator o join pg_proc p on p.oid = o.oprcode"
            " where o.oid = any(%s) and not p.proleakproof",
            [list(used)],
        ).fetchall()


def qualifiers(tree):
    """The text of every WHERE and ON."""
    for found in re.finditer(r":quals \{", tree):
        yield balanced(tree, found.end() - 1)


def operators(text):
    """Operators of whose arguments one is a column."""
    for found in re.finditer(r"\{(?:OPEXPR|SCALARARRAYOPEXPR|DISTINCTEXPR) :opno (\d+)", text):
        if "{VAR " in balanced(text, found.start()):
            yield found[1]
    for found in re.finditer(r"\{ROWCOMPARE[^(]*:opnos \(o ([\d ]+)\)", text):
        yield from found[1].split()


def balanced(text, start):
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return text[start : place + 1]
    raise AssertionError("the tree does not end")


def test_only_leakproof_operators_ask_of_rows(city, hot):
    asked, wrong = set(), []
    with city.superuser() as db:
        for statement in hot:
            if "access.contact_facts" not in statement.words:
                used, leaking = leaky(db, statement)
                asked |= used
                wrong += [f"{statement.name}: {operator}" for (operator,) in leaking]
    print(f"{len(asked)} operators in the conditions of {len(hot)} statements, all leakproof")
    assert not wrong
    assert len(asked) > 5


def test_a_leaking_operator_would_be_told(city, hot):
    case = next(s for s in hot if s.name == "agent /tombstones tombstone total")
    liked = queries.Caught(
        "agent",
        "x",
        "select * from shared.tombstone where number like '1%%' and org_id = %(org)s",
        {"org": IDS["north"]},
    )
    with city.superuser() as db:
        assert leaky(db, case)[1] == []
        assert [o for (o,) in leaky(db, liked)[1]] == ["~~(text,text)"]
