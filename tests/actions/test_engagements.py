"""The end of a contract: everything leaves the partner's hands by itself, and nothing else does."""

from datetime import date

import pytest
import sqlalchemy as sa

from portal import daily
from portal.actions import engagements, recall_notices
from portal.db import db
from portal.models.placements import Placement
from tests import cast
from tests.access import stage

NORTH = cast.id_("north")
KEPT = {"tombstone", "account", "organisation", "engagement", "setting"}


@pytest.fixture
def over(admin, urls):
    """North's contract ended in October; another one runs, so that its people can look. Every table has their rows."""
    stage.fill(urls)
    admin.execute("update shared.engagement set ends = '2026-10-31' where id = %s", [cast.id_("north_contract")])
    admin.execute(
        "insert into shared.engagement (id, org_id, title, contract_no, starts, ends)"
        " values (%s, %s, '次の契約', 'R8-2', '2026-11-01', '2027-03-31')",
        [cast.id_("north_next"), NORTH],
    )


def close(app):
    with app.app_context():
        return daily.perform("engagement:close")


def readable(urls, role):
    """{table of schema shared: rows} for this role's real login; what it may not read at all is left out."""
    found = {}
    with stage.ask_as(role, urls) as asked:
        tables = asked.execute("select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                               " where n.nspname = 'shared' and c.relkind = 'r' order by 1").fetchall()  # fmt: skip
        for (table,) in tables:
            asked.execute("savepoint one")
            try:
                column = asked.execute(
                    "select a.attname from pg_attribute a where a.attrelid = %s::regclass and a.attnum > 0 and not"
                    " attisdropped and has_column_privilege(a.attrelid, a.attnum, 'select') limit 1", [f'shared."{table}"'],
                ).fetchone()  # fmt: skip
                if column:
                    found[table] = asked.execute(f'select count({column[0]}) from shared."{table}"').fetchone()[0]  # type: ignore[index]
            finally:
                asked.execute("rollback to one")
    return found


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_nothing_but_numbers_stays_in_any_table(app, urls, over, role):
    before = readable(urls, role)
    assert {"casefile", "contactee", "claim", "attempt", "acceptance", "recall_notice", "tombstone"} <= before.keys()
    assert all(before[table] for table in ("casefile", "contactee", "claim", "attempt", "recall_notice"))
    assert close(app) and not close(app)
    after = readable(urls, role)
    assert after.keys() == before.keys()
    assert {table for table, rows in after.items() if rows} == KEPT
    assert after["tombstone"] == before["tombstone"] + 3


def test_the_law_team_keeps_no_name_it_was_asked_about(app, urls, admin, over):
    admin.execute("update shared.engagement set ends = '2026-10-31' where id = %s", [cast.id_("law_contract")])
    admin.execute("insert into shared.engagement (id, org_id, title, contract_no, starts, ends)"
                  " values (gen_random_uuid(), %s, '次の契約', 'R8-3', '2026-11-01', '2027-03-31')", [cast.id_("law")])  # fmt: skip
    close(app)
    assert {table for table, rows in readable(urls, "lawyer").items() if rows} == KEPT | {"conflict"}
    names = "select count(*) from shared.conflict where org_id = %s and num_nonnulls(name, kana, birth) > 0"
    assert admin.execute(names, [cast.id_("law")]).fetchone() == (0,)


def test_other_contracts_go_on(app, admin, over):
    close(app)
    live = admin.execute("select count(*) from city.placement p join shared.casefile c on c.id = p.case_id"
                         " where p.ended_at is null and c.org_id = p.org_id").fetchone()  # fmt: skip
    assert live == (3,)  # south's one, the law team's two: 後藤's contract was over too
    why = admin.execute("select distinct end_reason from city.placement where org_id = %s and ended_at > %s",
                        [NORTH, cast.NOW.replace(hour=13, minute=30)]).fetchall()  # fmt: skip
    assert why == [(engagements.REASON,)]


def test_open_lines_and_leases_end(app, admin, over):
    admin.execute("update shared.casefile set leased_by = %s, leased_until = now() + interval '1 day' where id = %s",
                  [cast.id_("alma"), cast.id_("mori_north")])  # fmt: skip
    admin.execute(
        "update shared.attempt set state = 'open', channel = 'call' where case_id = %s", [cast.id_("mori_north")]
    )
    close(app)
    assert admin.execute("select leased_by, leased_until from shared.casefile where id = %s",
                         [cast.id_("mori_north")]).fetchone() == (None, None)  # fmt: skip
    assert admin.execute("select count(*) from shared.attempt where state = 'open'").fetchone() == (0,)


def test_it_happens_on_the_day_after_and_when_nobody_looked_for_weeks(app, acting, admin, november):
    admin.execute("update shared.engagement set ends = '2026-11-25' where id = %s", [cast.id_("south_contract")])
    assert close(app)
    row = "select c.org_id from shared.casefile c where id = %s"
    assert admin.execute(row, [cast.id_("ito_south")]).fetchone() == (cast.id_("south"),)
    november.move_to("2026-12-20T03:00:00+09:00")
    assert close(app)
    assert admin.execute(row, [cast.id_("ito_south")]).fetchone() == (cast.id_("city"),)


def test_thousands_in_few_statements(app, acting, admin, over):
    admin.execute(
        "with p as (select gen_random_uuid() id, gen_random_uuid() c, n from generate_series(1, 3000) n),"
        " person as (insert into city.person (id) select id from p),"
        " files as (insert into shared.casefile (id, org_id, engagement_id, number, placed_on, paid_through, has_phone, next_at)"
        "  select c, %(org)s, %(contract)s, 'x' || n, '2026-05-01', '2026-05-01', false, now() from p)"
        " insert into city.placement (case_id, org_id, engagement_id, entrustment_id, person_id, placed_at)"
        "  select c, %(org)s, %(contract)s, %(entrustment)s, id, now() from p",
        {"org": NORTH, "contract": cast.id_("north_contract"), "entrustment": cast.id_("mori_north_entrustment")},
    )
    statements: list[str] = []
    listen = lambda c, cursor, statement, *rest: statements.append(statement)  # noqa: E731
    sa.event.listen(sa.Engine, "before_cursor_execute", listen)
    try:
        assert close(app)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", listen)
    assert len(statements) < 25
    assert admin.execute("select count(*) from shared.tombstone where number like 'x%'").fetchone() == (3000,)


def test_an_announced_file_is_final_then(app, acting, admin):
    with acting("dan", "recall:announce") as dan:
        recall_notices.announce([cast.id_("goto_gone")], reason="契約の終了", final_on=date(2026, 12, 9), by=dan)
    close(app)
    assert admin.execute("select state, answer from shared.recall_notice").fetchone() == ("final", engagements.REASON)


def test_what_ends_soon_and_what_is_still_out(acting, admin):
    admin.execute("update shared.engagement set ends = '2026-12-20' where id = %s", [cast.id_("north_contract")])
    with acting("dan", "engagement:list"):
        found = [(row.partner, row.files, row.yen) for row in engagements.ending(cast.TODAY)]
        assert found == [("旧コールセンター", 1, 60_000), ("北コールセンター", 3, 70_000)]
        assert (
            db.session.scalar(sa.select(sa.func.count()).select_from(Placement).where(Placement.ended_at.is_(None)))
            == 7
        )
