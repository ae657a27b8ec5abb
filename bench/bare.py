"""The peer of the pages: the same rows by bare psycopg, without the wall, with the same entry in the trail.

A WSGI program for the same gunicorn. /worklist and /case show what our pages show, as little HTML as will do.
"""

import html
import os
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

import psycopg

_own = threading.local()
WORKLIST = """
select f.id, f.number, p.name, p.kana, f.balance, f.claims, f.reason, f.next_at, f.tries, f.held_at, f.leased_by, f.leased_until
  from shared.casefile f join shared.contactee p on p.case_id = f.id
 where f.org_id = %(org)s and f.state = 'open' and f.held_at is null and f.band < 60 and f.next_at <= %(now)s
   and f.engagement_id = %(org)s {after}
 order by f.band, f.next_at, f.id limit 26"""
AFTER = "and (f.band, f.next_at, f.id) > (%(band)s, %(next_at)s, %(id)s)"
DUE = "held_at is null and band < 60 and next_at <= %(now)s"
LATER = "held_at is null and band < 60 and next_at > %(now)s"
PARTS = (DUE, LATER, "held_at is null and band >= 60", "held_at is not null")
TOTALS = f"""
select {", ".join(f"count(*) filter (where {part}), sum(balance) filter (where {part})" for part in PARTS)}
  from shared.casefile where org_id = %(org)s and state = 'open'"""
CASE = (
    """select f.*, p.*, e.* from shared.casefile f join shared.contactee p on p.case_id = f.id
         join shared.engagement e on e.id = f.engagement_id where f.id = %(id)s and f.org_id = %(org)s""",
    "select * from shared.claim where case_id = %(id)s and org_id = %(org)s order by due_on, id",
    """select t.*, a.name from shared.attempt t left join shared.account a on a.id = t.by_id
        where t.case_id = %(id)s and t.org_id = %(org)s order by t.at desc limit 200""",
    "select * from shared.referral where case_id = %(id)s and org_id = %(org)s order by at desc limit 200",
    "select * from shared.return where case_id = %(id)s and org_id = %(org)s order by at desc limit 200",
)
NOTE = """
insert into audit.event (at, tree_org, actor_id, actor_org, actor_role, login, action, noun, verb, ids, cases)
values (%(now)s, %(org)s, %(org)s, %(org)s, 'portal_agent', 'peer', 'case:list', 'casefile', 'read', %(ids)s, %(ids)s)"""


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    asked = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
    rows = worklist(_connection(), asked) if environ["PATH_INFO"] == "/worklist" else case(_connection(), asked)
    page = f"<!doctype html><meta charset=utf-8><table>{''.join(map(_line, rows))}</table>".encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))])
    return [page]


def worklist(db: psycopg.Connection[Any], asked: dict[str, str]) -> list[tuple[Any, ...]]:
    """25 rows, `asked`: org, now, where the page before ended (band, next_at, id), and `totals` for the four tabs'."""
    rows = db.execute(WORKLIST.format(after=AFTER if "id" in asked else ""), asked).fetchall()[:25]
    db.execute(NOTE, {**asked, "ids": [row[0] for row in rows]})
    if "totals" in asked:
        rows += db.execute(TOTALS, asked).fetchall()
    db.commit()
    return rows


def case(db: psycopg.Connection[Any], asked: dict[str, str]) -> list[tuple[Any, ...]]:
    """The case with its person and contract, its claims, and what took place; `asked`: org, now, id."""
    rows = [row for words in CASE for row in db.execute(words, asked).fetchall()]
    db.execute(NOTE, {**asked, "ids": [rows[0][0]]})
    db.commit()
    return rows


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_own, "db"):
        _own.db = psycopg.connect(os.environ["BENCH_PEER"], prepare_threshold=None)
    return _own.db


def _line(row: Iterable[Any]) -> str:
    return f"<tr>{''.join(f'<td>{html.escape(str(cell))}' for cell in row)}"
