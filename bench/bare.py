"""The peer of the pages: what one writes by hand, with psycopg and strings, in the same gunicorn, without the wall.

A WSGI program. /worklist shows what a caller sees on our 架電リスト: the four tabs with their counts, the 25 rows with
reading, money, era date and state, and the total. It opens its transaction as an application with plain row security
would (three set_config), asks two statements, writes the same entry into the trail, commits, and formats the page.
It does not do: look up the session, account and contract that ask; policies and the seal; the contract's hours; the
menu, filters, forms, tokens and translations around the rows; forgetting between principals.
?plain=1 leaves out context, counts and all form: 25 bare rows and the entry. /case likewise.
"""

import html
import os
import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import psycopg

from portal.clock import in_japan
from portal.rules.worklist import REASONS
from portal.wareki import format as in_era

_own = threading.local()
CONTEXT = """
select set_config('portal.org', %(org)s, true), set_config('portal.account', %(org)s, true), set_config('portal.action', 'case:list', true)"""
WORKLIST = """
select f.id, f.number, p.name, p.kana, f.balance, f.claims, f.reason, f.next_at, f.tries, f.held_at, f.band,
       (select a.name from shared.account a where a.id = f.leased_by and f.leased_until > %(now)s),
       (select n.final_on from shared.recall_notice n where n.case_id = f.id and n.state = 'announced'),
       (select true from shared.acceptance t where t.case_id = f.id limit 1)
  from shared.casefile f join shared.contactee p on p.case_id = f.id
 where f.org_id = %(org)s and f.state = 'open' and f.held_at is null and f.band < 60 and f.next_at <= %(now)s {after}
 order by f.band, f.next_at, f.id limit 26"""
AFTER = "and (f.band, f.next_at, f.id) > (%(band)s, %(next_at)s, %(id)s)"
PARTS = {
    "架電できる方": "held_at is null and band < 60 and next_at <= %(now)s",
    "これからの予定": "held_at is null and band < 60 and next_at > %(now)s",
    "電話番号なし": "held_at is null and band >= 60",
    "連絡停止中": "held_at is not null",
}
TOTALS = " union all ".join(
    f"select count(*), sum(balance) from (select {'balance' if nth == 0 else '0::bigint as balance'} from shared.casefile"
    f" where org_id = %(org)s and state = 'open' and {part} limit 1001) t"
    for nth, part in enumerate(PARTS.values())
)
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
    show = case if environ["PATH_INFO"] == "/case" else plain if "plain" in asked else worklist
    page = f"<!doctype html><meta charset=utf-8>{show(_connection(), asked)}".encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))])
    return [page]


def worklist(db: psycopg.Connection[Any], asked: dict[str, str]) -> str:
    """`asked`: org, now, and where the page before ended (band, next_at, id)."""
    db.execute(CONTEXT, asked)
    totals = db.execute(TOTALS, asked).fetchall()
    rows = _noted(db, asked)
    tabs = "".join(
        f"<li><a href='?show={nth}'>{name} {count:,}</a>"
        for nth, (name, (count, _)) in enumerate(zip(PARTS, totals, strict=True))
    )
    cases, yen = totals[0]
    return f"<ul>{tabs}</ul><table>{''.join(map(_case, rows))}</table><p>全{cases:,}件・合計{yen or 0:,}円</p>"


def plain(db: psycopg.Connection[Any], asked: dict[str, str]) -> str:
    return f"<table>{''.join(map(_line, _noted(db, asked)))}</table>"


def case(db: psycopg.Connection[Any], asked: dict[str, str]) -> str:
    """The case with its person and contract, its claims, and what took place; `asked`: org, now, id."""
    rows = [row for words in CASE for row in db.execute(words, asked).fetchall()]
    db.execute(NOTE, {**asked, "ids": [rows[0][0]]})
    db.commit()
    return f"<table>{''.join(map(_line, rows))}</table>"


def _noted(db: psycopg.Connection[Any], asked: dict[str, str]) -> list[tuple[Any, ...]]:
    rows = db.execute(WORKLIST.format(after=AFTER if "id" in asked else ""), asked).fetchall()[:25]
    db.execute(NOTE, {**asked, "ids": [row[0] for row in rows]})
    db.commit()
    return rows


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_own, "db"):
        _own.db = psycopg.connect(os.environ["BENCH_PEER"], prepare_threshold=None)
    return _own.db


def _case(row: tuple[Any, ...]) -> str:
    id_, number, name, kana, balance, claims, reason, next_at, tries, held_at, _, holder, final_on, heard = row
    state = "連絡停止中" if held_at else f"{html.escape(holder)}さんが対応中" if holder else "架電できます"
    state += (f" 引揚げ予定（{in_era(final_on)}）" if final_on else "") + " 受領確認前" * (not heard)
    return (
        f"<tr><th>{number}<td><ruby>{html.escape(name)}<rt>{html.escape(kana)}</rt></ruby><td>{balance:,}円<td>{claims}件"
        f"<td>{REASONS[reason]}<td>{_moment(next_at)}<td>{tries}回<td>{state}<td><a href='/cases/{id_}'>開く</a>"
    )


def _moment(at: datetime) -> str:
    local = in_japan(at)
    return f"{in_era(local.date())}{local:%H:%M}"


def _line(row: Iterable[Any]) -> str:
    return f"<tr>{''.join(f'<td>{html.escape(str(cell))}' for cell in row)}"
