"""`flask policy verify`: silent when the database is as the law says, and telling when anybody touched it."""

import pytest

from config import ROOT
from portal.access.verify import differences
from portal.bootstrap import connect

# what somebody might do to a live database: (by whom, statement, words the difference must contain)
TAMPERING = [
    ("owner", "grant select on city.debtor to portal_agent", "grant agent select city.debtor"),
    ("owner", "grant update (words) on shared.referral to portal_welfare", "shared.referral.words"),
    ("owner", "revoke select on shared.casefile from portal_agent", "grant agent select shared.casefile"),
    ("owner", "alter policy agent_select on shared.casefile using (true)", "policy shared.casefile"),
    ("owner", "alter policy agent_insert on shared.attempt with check (true)", "policy shared.attempt"),
    ("owner", "drop policy lawyer_select on shared.review", "policy shared.review"),
    ("owner", "create policy more on city.person for select to portal_agent using (true)", "policy city.person"),
    ("owner", "alter table shared.claim no force row level security", "row security shared.claim"),
    ("owner", "alter table shared.claim disable row level security", "row security shared.claim"),
    ("owner", "grant select on shared.claim to portal_agent with grant option", "grant agent select on shared.claim"),
    (
        "admin",
        "alter table shared.claim owner to portal_desk; grant all on shared.claim to portal_owner",
        "belongs shared.claim desk",
    ),
    ("admin", "alter role portal_agent bypassrls", "role agent bypassrls"),
    ("admin", "alter role portal_welfare createrole", "role welfare powerful"),
    ("owner", "create table city.copy as select 1 as x", "table city.copy"),
    ("owner", "create materialized view city.sums as select 1 as x", "table city.sums"),
    ("owner", "alter table shared.attempt disable trigger guard", "TRIGGER guard BEFORE INSERT ON shared.attempt"),
    ("owner", "drop trigger audit_update on city.debtor", "TRIGGER audit_update AFTER UPDATE ON city.debtor"),
    ("owner", "create function access.leak() returns int language sql as 'select 1'", "function access.leak"),
    ("owner", "grant usage on schema gate to portal_agent", "usage gate agent"),
    ("admin", "grant execute on function access.found(text,text,bytea,boolean,timestamptz) to portal_admin", "execute"),
    ("admin", "alter function access.now() owner to portal_contact", "owner access.now()"),
    ("admin", "alter function access.me() set search_path = public", "function access.me"),
    ("admin", "grant portal_desk to portal_partner_login", "member partner_login desk"),
    ("admin", "alter role portal_city_login bypassrls", "login city_login bypassrls"),
]


@pytest.fixture(scope="module")
def urls(shared_urls):
    return shared_urls


def test_the_database_is_as_the_law_says(urls):
    with connect(urls["DATABASE_OWNER_URL"]) as owner:
        assert differences(owner) == []


@pytest.mark.parametrize(("by", "statement", "telling"), TAMPERING, ids=[t[1][:60] for t in TAMPERING])
def test_tampering_is_told(urls, by, statement, telling):
    with connect(urls["DATABASE_OWNER_URL"]) as owner, owner.transaction(force_rollback=True):
        found = _tampered(owner, statement) if by == "owner" else _by_superuser(urls, statement)
    assert any(telling in line for line in found), found


def _tampered(owner, statement):
    owner.execute(statement)
    return differences(owner)


def _by_superuser(urls, statement):
    """Undone at once: roles belong to the cluster, which other tests share."""
    address = urls["DATABASE_ADMIN_URL"].replace(
        "/postgres?", f"/{urls['DATABASE_OWNER_URL'].split('/')[-1].split('?')[0]}?"
    )
    with connect(address) as admin, admin.transaction(force_rollback=True):
        admin.execute(statement)
        admin.execute("set local role portal_owner")
        return differences(admin)


def test_the_command_says_so_and_exits(app, urls):
    verify = ["policy", "verify"]
    assert app.test_cli_runner().invoke(args=verify).exit_code == 0
    with connect(urls["DATABASE_OWNER_URL"]) as owner:
        owner.execute("grant delete on shared.attempt to portal_supervisor")
    told = app.test_cli_runner().invoke(args=verify)
    assert (told.exit_code, "grant supervisor delete shared.attempt.*" in told.output) == (1, True)


def test_the_table_is_shown(app):
    shown = app.test_cli_runner().invoke(args=["policy", "show"]).output
    assert "| `call:log` |" in shown
    assert "| `shared.casefile` |" in shown


def test_the_printed_law_is_what_a_migration_ran(app):
    """The last frozen law; a later migration freezes its own and is named here."""
    printed = app.test_cli_runner().invoke(args=["policy", "print"]).output
    assert printed == (ROOT / "migrations" / "sql" / "0002_law.sql").read_text(encoding="utf-8")
