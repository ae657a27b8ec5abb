"""The bench measures what it says, on a city of a few hundred cases. How fast anything is, is not asserted."""

from collections.abc import Iterator

import pytest

from bench import intake, opening, queries, rounds, spent, table, worklist
from bench.__main__ import pages
from bench.city import IDS, City, fill
from bench.hot import HOT
from bench.table import Figure
from bench.web import admin_cookie, served
from portal.access import scope
from tests import cluster

CASES = 300


@pytest.fixture(autouse=True)
def november() -> None:
    """Nobody travels here: the web servers are programs of their own, and would find the cookies' hour wrong."""


@pytest.fixture(scope="module")
def city(servers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    name = "t_bench"
    yield fill(cluster.clone(name, servers), tmp_path_factory.mktemp("bench"), CASES)
    scope.stand_still(None)
    cluster.drop(name, servers)


def test_a_table_says_which_aims_are_missed():
    figures = [
        Figure("B1 page", "2.00 ms", "1.00 ms", "psycopg", 2.0, 1_000, **table.at_most(2.0, 2.0)),
        Figure("B3 worst", "3.00 ms", "1.00 ms", "no wall", 3.0, 1_000, **table.at_most(3.0, 1.3), limits="the seal"),
        Figure("B0 opening", "0.20 ms", "0.10 ms", "set_config", 2.0, 1),
    ]
    heading, rule, page, worst, opened, missed = table.written(figures).splitlines()
    assert [heading.index(word) for word in ("ratio", "limit", "rows", "machine")] == sorted(
        heading.index(word) for word in ("ratio", "limit", "rows", "machine")
    )
    assert set(rule) == {"-", " "}
    assert "2.00   ≤ 2.0 met" in page and "3.00   ≤ 1.3 MISSED" in worst and "—" in opened
    assert all(line.endswith(table.machine()) for line in (page, worst, opened))
    assert missed == "B3 worst misses ≤ 1.3: the seal"


def test_both_sides_take_turns():
    turns = []
    found = rounds.alternate(
        rounds.Side(lambda: turns.append("a")), rounds.Side(lambda: turns.append("b")), rounds.Effort(3, 2, warm=1)
    )
    assert "".join(turns[2 * 1 :]) == "aabb" + "bbaa" + "aabb"
    assert found.ratio > 0


def test_opening_a_transaction(city):
    assert opening.opening(city).ratio > 0


def test_pages_show_their_rows(city):
    """A figure raises when its two pages do not show the same cases; Django's admin shows them, too."""
    found = {figure.name: figure for figure in pages(city, city, rounds.Effort(1, 1, 0))}
    assert all(figure.ratio > 0 and figure.rows == CASES for figure in found.values())
    assert {"B1 worklist, first page", "B1 first page, Django", "B1 ten times the data", "B2 case screen"} <= set(found)
    with served(city, "bench.django_admin:app", worklist.LIST, admin_cookie(city)) as admin:
        shown = admin.get(worklist.LIST)
    assert all(number in shown for number in worklist.numbers(city, {}))


def test_the_deep_page_is_another_than_the_first(city):
    place = worklist.depth(city)
    first, deep = worklist.numbers(city, {}), worklist.numbers(city, place)
    assert len(first) == 25 and deep and not set(first) & set(deep)
    page = spent.signed_in(app := city.app(), city.tokens["agent"]).get(worklist.address(place))
    spent.close(app)
    assert all(number in page.text for number in deep) and first[0] not in page.text


def test_statements_under_the_wall_and_without(city):
    """Rows that differ between the two sides raise."""
    found = queries.measured(city, rounds.Effort(1, 1, 0))
    assert [m.statement.name for m in found] == list(HOT) and len(set(HOT)) == 20
    assert all(m.outcome.ratio > 0 for m in found) and any(m.rows for m in found)


def test_a_ledger_is_checked_loaded_and_copied(city):
    checked, loaded, *memory = intake.check_and_load(city, 120)
    assert checked.ratio > 0 and loaded.ratio > 0 and checked.rows == 120
    assert all(figure.ratio > 0 for figure in memory)
    with city.superuser() as db:
        ((stored, sources),) = db.execute(
            "select count(*), count(distinct d.source) from city.receivable r join city.debtor d on d.id = r.debtor_id"
            " where r.intake_id <> %s",
            [IDS["intake"]],
        )
    assert sources == len(intake.SOURCES) and 60 * sources < stored < 120 * sources
