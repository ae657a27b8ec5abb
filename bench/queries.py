"""B3: the statements of the hot pages, caught while the pages are fetched, with and without the wall."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import flask
import psycopg
from sqlalchemy import event

from bench.case_screen import TYPICAL
from bench.city import IDS, NOW, City
from bench.hot import HOT
from bench.opening import BIND
from bench.rounds import Effort, Outcome, Side, alternate
from bench.spent import close, signed_in
from bench.table import Figure, at_most, milliseconds
from bench.worklist import address, depth
from portal import bootstrap
from portal.access import scope
from portal.access.policy import ROWS
from portal.db import db

EFFORT = Effort(rounds=5)
ORGS = {"agent": IDS["north"], "lawyer": IDS["law"]}
PAGES = {
    "agent": (
        "/cases", "/cases?show=later", "/cases?show=post", "/cases?show=held", "{deep}", "/cases?from=30000", "/cases/…",
        "/cases/…/referral", "/cases/…/return", "/cases/…/letters/new", "/tombstones", "/referrals/sent",
        "/referrals/sent?kind=returns",
    ),
    "lawyer": ("/reviews", "/reviews/…", "/cases/…", "/tombstones"),
}  # fmt: skip
READS = re.compile(r"\bFROM shared\.(\w+)")
BRACKETS = re.compile(r"\([^()]*\)")
# what the narrow function does, asked directly
CONTACT_FACTS = """
with p as materialized (
  select x.id from city.person x where x.id = (
    select p.person_id from city.placement p where p.case_id = %(case)s and p.org_id = %(org)s and p.ended_at is null)
     for no key update)
select exists (select from city.hold h where h.person_id = (select id from p) and h.lifted_at is null),
       coalesce(bool_or(a.state = 'open' and a.at > %(now)s - interval '20 minutes'), false),
       coalesce(array_agg(a.at order by a.at), '{}'), coalesce(array_agg(a.channel order by a.at), '{}'),
       coalesce(array_agg(case when a.result = '01' then '01' else '10' end order by a.at), '{}')
  from city.placement p join shared.attempt a on a.case_id = p.case_id and a.at > %(now)s - interval '30 days'
 where p.person_id = (select id from p)"""


@dataclass(frozen=True)
class Caught:
    """A statement as SQLAlchemy sent it, who sent it, and on which page first."""

    who: str
    page: str
    words: str
    values: dict[str, Any]

    @property
    def name(self) -> str:
        """As bench.hot has it: the table is the first that is read outside of brackets."""
        words = self.words
        while (plain := BRACKETS.sub("", words)) != words:
            words = plain
        found = READS.search(words) or READS.search(self.words)
        total = " total" if "count(" in self.words else ""
        return f"{self.who} {self.page} {found[1] if found else 'contact facts'}{total}"

    @property
    def by_hand(self) -> str:
        """The same without the wall."""
        if "access.contact_facts" in self.words:
            return CONTACT_FACTS
        return self.words.replace("shared.", f"by_hand_{self.who}.")


@dataclass(frozen=True)
class Measured:
    statement: Caught
    rows: int
    outcome: Outcome


def hot(city: City) -> list[Caught]:
    """The twenty of bench.hot, as the application sends them today. RuntimeError when a page sends one no more."""
    first: dict[str, Caught] = {}
    for statement in caught(city):
        first.setdefault(statement.name, statement)
    if gone := [name for name in HOT if name not in first]:
        raise RuntimeError(f"no page sends these hot queries: {gone}; there are {sorted(first)}")
    return [first[name] for name in HOT]


def caught(city: City) -> list[Caught]:
    """Every reading statement of their pages. What opens a transaction and what writes is measured elsewhere."""
    app = city.app()
    found: dict[tuple[str, str, str], Caught] = {}
    for who, paths in PAGES.items():
        with city.superuser() as admin:
            ((case, _),) = admin.execute(TYPICAL, [ORGS[who]])
        for path in paths:
            page = path.replace("…", str(case)).format(deep=address(depth(city)))
            for words, values in _statements(app, city, who, page):
                found.setdefault((who, path, words), Caught(who, path, words, values))
    close(app)
    return list(found.values())


def _statements(app: flask.Flask, city: City, who: str, page: str) -> list[tuple[str, dict[str, Any]]]:
    seen: list[tuple[str, dict[str, Any]]] = []

    def see(_connection: Any, _cursor: Any, words: str, values: Any, *_rest: Any) -> None:
        if not re.search(r"access\.(bind|note)\b", words):
            seen.append((words, dict(values)))

    with app.app_context():
        engine = db.engines["partner"]
    client = signed_in(app, city.tokens[who])
    event.listen(engine, "before_cursor_execute", see)
    try:
        if (answer := client.get(page)).status_code != 200:
            raise RuntimeError(f"{page} answered {answer.status_code}")
    finally:
        event.remove(engine, "before_cursor_execute", see)
    return seen


def measured(city: City, effort: Effort = EFFORT) -> list[Measured]:
    """Each statement under row security against the same rows by the superuser. RuntimeError when the rows differ."""
    with bootstrap.connect(city.urls["DATABASE_PARTNER_URL"]) as partner, city.superuser() as bare:
        for who in PAGES:
            _write_by_hand(bare, who)
        return [_measure(city, statement, partner, bare, effort) for statement in hot(city)]


def _write_by_hand(bare: psycopg.Connection[Any], who: str) -> None:
    """What the policies add, as any other application has it in each WHERE: plain views, which the planner dissolves."""
    schema = f"by_hand_{who}"
    bare.execute(f"drop schema if exists {schema} cascade; create schema {schema}")
    for row in ROWS:
        if row.role == who and row.verb == "select" and row.table.startswith("shared."):
            rows = row.rows.replace("(select access.org())", f"'{ORGS[who]}'")
            view = row.table.replace("shared", schema)
            bare.execute(f"create view {view} as select * from {row.table} where {rows}")


def _measure(city: City, asked: Caught, partner: Any, bare: Any, effort: Effort) -> Measured:
    values = {**asked.values, "org": ORGS[asked.who], "now": NOW}
    token = scope.raw_token(city.tokens[asked.who])
    ours = Side(lambda: _rows(partner, asked.words, asked.values), lambda: _bound(partner, token))
    peer = Side(lambda: _rows(bare, asked.by_hand, values), lambda: bare.transaction(force_rollback=True))
    rows = []
    for side in (ours, peer):
        with side.turn():
            rows.append(sorted(map(repr, side.run())))
    if rows[0] != rows[1]:
        raise RuntimeError(f"{asked.name}: {len(rows[0])} rows under the wall, {len(rows[1])} without")
    return Measured(asked, len(rows[0]), alternate(ours, peer, effort))


@contextmanager
def _bound(partner: psycopg.Connection[Any], token: bytes) -> Iterator[None]:
    with partner.transaction(force_rollback=True):
        partner.execute(BIND, [token, NOW])
        yield


def _rows(connection: psycopg.Connection[Any], words: str, values: dict[str, Any]) -> list[Any]:
    return connection.execute(words, values, prepare=False).fetchall()


def with_and_without(city: City) -> list[Figure]:
    """The wall's price: the median over the twenty hot queries, and the dearest."""
    found = sorted(measured(city), key=lambda m: m.outcome.ratio)
    worst = found[-1]
    middle = median(m.outcome.ratio for m in found)
    more = median(m.outcome.ours - m.outcome.peer for m in found)
    times = [milliseconds(median(getattr(m.outcome, side) for m in found)) for side in ("ours", "peer")]
    dear = "; ".join(
        f"{m.statement.name} {m.outcome.ratio:.2f} ({milliseconds(m.outcome.ours)})" for m in found[:-4:-1]
    )
    return [
        Figure(f"B3 median of {len(found)} hot queries", *times, "no row security, WHERE by hand", middle, city.cases,
               **at_most(middle, 1.05), limits=f"each statement pays {milliseconds(more)} for the seal and the policies, however short it is"),
        Figure(f"B3 worst: {worst.statement.name}", milliseconds(worst.outcome.ours), milliseconds(worst.outcome.peer),
               "no row security, WHERE by hand", worst.outcome.ratio, city.cases, **at_most(worst.outcome.ratio, 1.3),
               limits=f"the three dearest are {dear}"),
    ]  # fmt: skip
