"""The demo city as it stands in the database: whole, lawful, the same every time."""

import re
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from portal import bootstrap
from portal.embedded import DATABASE
from tests.conftest import a_city
from tests.demo.conftest import made

PEOPLE = (
    "select source, number, name, kana, birth, address, phone1, phone2, protected, flags from city.debtor order by 2"
)
HISTORY = """
select k.login, a.at, a.channel, a.result, a.outcome, a.note, a.next_on, a.breach, a.verdict
  from shared.attempt a join gate.credential k on k.account_id = a.by_id order by a.at, a.note
"""
NUMBERS = """
select f.number, d.source, d.number from shared.casefile f
  join city.placement p on p.case_id = f.id join city.debtor d on d.person_id = p.person_id order by 1, 2, 3
"""
BESIDE = """
select m.state, m.score, a.number, b.number from city.match m
  left join city.debtor a on a.person_id = m.kept_id left join city.debtor b on b.person_id = m.other_id order by 1, 2, 3, 4
"""
MOVED = """
select m.code, m.effect, d.number, r.kind_code, r.fiscal_year, r.instalment from city.movement m
  join city.receivable r on r.id = m.receivable_id join city.debtor d on d.id = r.debtor_id order by 1, 2, 3, 4, 5, 6
"""
COUNTS = """
select 'receivable', count(*), sum(balance) from city.receivable union all
select 'file ' || state, count(*), sum(balance) from shared.casefile group by 1 union all
select 'hold ' || kind, count(*), count(lifted_at) from city.hold group by 1 union all
select 'referral ' || urgency, count(*), count(received_at) from shared.referral group by 1 union all
select 'return ' || state, count(*), 0 from shared.return group by 1 union all
select 'review ' || state, count(*), 0 from shared.review group by 1 union all
select 'intake ' || state, sum(lines), 0 from city.intake group by 1 order by 1
"""
STORY = {
    "an emergency that waits": "select from shared.referral where urgency = 'emergency' and received_at is null",
    "a hand-over past its time": "select from city.care where state = 'received' and answer_by < '2026-11-25 14:10+09'",
    "a hand-over in welfare's care": "select from city.care where state = 'accepted' and stage = 'booked'",
    "a hand-over for the desk to decide": "select from city.care c join shared.referral r on r.id = c.referral_id"
    " where c.state = 'closed' and r.outcome = 'working'",
    "a declined one": "select from city.care where state = 'declined'",
    "recovery resumed": "select from shared.referral where outcome = 'resumed'",
    "a protected person": "select from city.debtor where protected and name is null",
    "a protection that somebody asks to lift": "select from city.approval where decision is null",
    "a name with a letter of its own": r"select from shared.contactee where name ~ '[\ue000-\uf8ff]'",
    "a long name": "select from shared.contactee where length(name) >= 20",
    "a name from abroad": "select from shared.contactee where name like 'グエン%'",
    "two of one household": "select from shared.contactee group by address having count(*) > 1",
    "a call centre and the law team": "select from city.placement where lane = 'beside' and ended_at is null",
    "a hold by what was heard": "select from city.hold where kind = 'attempt' and lifted_at is null",
    "a letter that came back": "select from shared.attempt where returned_reason = 'unknown_address'",
    "a return that waits": "select from shared.return where state = 'sent' and reason = 'instalments'",
    "a case the city asked to go on with": "select from shared.return where state = 'asked_back'",
    "a plan in its waiting period": "select from city.plan p where state = 'noticed' and noticed_on <= '2026-11-25'"
    " and waits_until >= '2026-11-25' and exists (select from city.plan_line l where l.plan_id = p.id and taken_out is null)",
    "a conflict of interests": "select from shared.conflict where result = 'conflict' and closed_at is null and name is not null",
    "names erased once the law team had answered": "select from shared.conflict where result = 'clear' and closed_at is not null"
    " and name is null",
    "a question about a file": "select from shared.acceptance where decision = 'asked' and answered_at is null",
    "files whose receipt is confirmed": "select from shared.acceptance where decision = 'accepted'",
    "a recall that is announced": "select from shared.recall_notice where state = 'announced' and objected_at is null",
    "a recall that a partner objects to": "select from shared.recall_notice where state = 'announced' and objection is not null",
    "a review that waits": "select from shared.review where state = 'decided'",
    "a review sent back": "select from shared.review where state = 'sent_back'",
    "one call outside the rules": "select from shared.attempt where breach and channel = 'call' having count(*) = 1",
    "a case called back": "select from shared.tombstone where outcome = 'recalled'",
    "a case given back": "select from shared.tombstone where outcome = 'returned'",
    "a callback due now": "select from shared.casefile where reason = 'callback_due' and next_at <= '2026-11-25 14:10+09'",
    "somebody at work on a case": "select from shared.casefile where leased_until > '2026-11-25 14:10+09'",
    "a ledger that waits for the desk": "select from city.intake where state = 'checked'",
    "two who may be one": "select from city.match where state = 'proposed' having count(*) >= 4",
    "a pair joined": "select from city.match m where state = 'joined' and note is not null"
    " and (select count(distinct source) from city.debtor where person_id = m.kept_id) = 2",
    "twins told apart": "select from city.match where state = 'apart' and note is not null and 'family' = any(reasons)",
    "claims that the next extract does not mention": "select from city.movement where code = 'vanished' and decision is null",
    "somebody who has paid": "select from city.movement m join shared.tombstone t on t.case_id = m.case_id"
    " where code = 'paid' and effect = 'closed' and t.outcome = 'closed'",
    "somebody gone bankrupt": "select from city.movement m join city.hold h on h.source_id = m.id"
    " where m.code = 'bankruptcy' and m.effect = 'law_team' and m.decision is null and h.lifted_at is null",
    "somebody who pays by instalments now": "select from city.movement where code = 'instalments_kept' and effect = 'desk' and decision is null",
    "few claims changed, most did not": "select from city.intake where as_of = '2026-11-20'"
    " and (totals->'loaded'->>'claims_changed')::int between 1 and (totals->'loaded'->>'unchanged')::int / 4",
    "a file in other words": "select from city.intake i join city.mapping m on m.id = i.mapping_id where i.state = 'checked'",
    "a guarantor who is a debtor too": "select from city.related r join city.debtor d on d.name = r.name where r.relation = 'guarantor'",
    "another address for letters": "select from city.related where relation = 'mailing'",
    "a mark set by hand": "select from city.mark where ended_at is null and length(reason) > 10",
    "a debt whose time is nearly over": "select from shared.claim c join shared.organisation o on o.id = c.org_id"
    " where c.last_day between '2026-11-25' and '2027-05-25' and o.kind = 'law_team'",
    "a debt only lawyers may take": "select from shared.claim c join shared.organisation o on o.id = c.org_id"
    " where c.last_day < '2026-11-25' and o.kind = 'law_team'",
}  # fmt: skip


def superuser(urls: dict[str, str]) -> psycopg.Connection[Any]:
    address = make_url(urls["DATABASE_ADMIN_URL"]).set(database=make_url(urls["DATABASE_OWNER_URL"]).database)
    return bootstrap.connect(address.render_as_string(hide_password=False))


@pytest.fixture(scope="module")
def eye(demo):
    with superuser(demo) as connection:
        yield connection


@pytest.mark.parametrize("query", STORY.values(), ids=STORY)
def test_every_part_of_the_story_is_there(eye, query):
    assert eye.execute(query).fetchone() is not None


def test_the_same_city_every_time(eye, servers, tmp_path):
    with a_city(servers, DATABASE["test"]) as urls:
        made(urls, tmp_path)
        with superuser(urls) as other:
            for question in (PEOPLE, HISTORY, NUMBERS, BESIDE, MOVED, COUNTS):
                assert other.execute(question).fetchall() == eye.execute(question).fetchall()


def test_nothing_self_enforceable_was_stored_and_every_kind_of_fault_was_in_the_file(eye):
    stored = "select count(*) from city.receivable r join city.claim_kind k on k.code = r.kind_code and k.version = r.kind_version"
    assert eye.execute(f"{stored} where k.class = 'enforceable_public'").fetchone() == (0,)
    (totals,) = eye.execute("select totals from city.intake where state = 'loaded' order by at limit 1").fetchone()
    assert totals["verdicts"]["refused"][0] > 0 and totals["verdicts"]["rejected"][0] > 0
    reasons = {"self_enforceable", "bad_amount", "bad_date", "missing_name", "unknown_kind", "overpaid", "bad_flag"}
    assert reasons <= set(totals["reasons"])


def test_no_number_rings(eye):
    columns = [
        ("city.debtor", "phone1"),
        ("city.debtor", "phone2"),
        ("city.related", "phone"),
        ("shared.contactee", "phone1"),
        ("shared.attempt", "number"),
    ]
    for table, column in columns:
        for (number,) in eye.execute(f"select distinct {column} from {table} where {column} is not null"):
            assert re.fullmatch(r"0565-00-\d{4}|090-0000-\d{4}|\+8156500\d{4}|\+81900000\d{4}", number), number
    for (words,) in eye.execute("select note from shared.attempt union select words from shared.referral"):
        assert not re.search(r"\d{3,}", words or "")


def test_nothing_took_place_after_now_or_out_of_hours_but_the_one_call(eye):
    assert eye.execute("select count(*) from shared.attempt where at > '2026-11-25 14:10+09'").fetchone() == (0,)
    assert eye.execute("select count(*) from audit.event where at > '2026-11-25 14:10+09'").fetchone() == (0,)
    late = "(at at time zone 'Asia/Tokyo')::time not between '09:00' and '20:00'"
    assert eye.execute(
        f"select count(*) from shared.attempt where channel = 'call' and {late} and not breach"
    ).fetchone() == (0,)


def test_nobody_stays_signed_in_and_the_founder_is_gone(eye):
    assert eye.execute(
        "select count(*) from gate.session where ended_at is null and expires_at > '2026-11-25 14:10+09'"
    ).fetchone() == (0,)
    assert eye.execute("select ends < starts from shared.account where name = '最初の管理者'").fetchone() == (True,)
