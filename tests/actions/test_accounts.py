"""Named people: roles by kind, logins once, invitations once, ends at once."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import NoResultFound

from portal.access import sessions
from portal.access.policy import ROLES, ROLES_OF_KIND
from portal.actions import accounts, organisations
from tests import cast

PERSON = {
    "name": "新井　新",
    "employer": "人材派遣　本町",
    "tier": "dispatched",
    "starts": cast.TODAY,
    "ends": date(2027, 3, 31),
}


def make(by, org="north", role="agent", login="arai", **values):
    return accounts.make(org_id=cast.id_(org), role=role, login=login, by=by, **PERSON | values)


def test_a_role_belongs_to_a_kind_of_organisation(acting):
    with acting("adi", "account:make") as adi:
        for org in ("city", "north", "law"):
            for role in ROLES:
                if role in ROLES_OF_KIND[cast.ORGANISATIONS[org][0]]:
                    assert make(adi, org, role, f"{org}.{role}").account.role == role
                else:
                    with pytest.raises(accounts.RoleNotOfKind):
                        make(adi, org, role)


def test_a_login_is_one_persons_and_its_collision_writes_nothing(acting, admin):
    with acting("adi", "account:make") as adi, pytest.raises(accounts.LoginTaken):
        make(adi, login="alma")
    assert admin.execute("select count(*) from gate.enrolment").fetchone() == (0,)


def test_only_the_hash_of_an_invitation_is_kept(acting, admin):
    with acting("adi", "account:make") as adi:
        invited = make(adi)
    kept = admin.execute("select encode(token_hash, 'hex'), expires_at from gate.enrolment").fetchall()
    assert len(invited.token) == 64 and kept[0][0] != invited.token
    assert kept[0][1] - invited.until == timedelta(0)


def enrolled(app, token):
    with app.app_context():
        return sessions.enrolment(bytes.fromhex(token))


def test_inviting_again_ends_the_old_invitation_and_every_open_session(app, acting, admin, as_):
    alma = as_("alma")
    assert alma.get("/permissions").status_code == 403  # signed in
    with acting("adi", "account:invite") as adi:
        first, again = (accounts.invite(cast.id_("alma"), by=adi) for _ in range(2))
    assert alma.get("/permissions").location.startswith("/sign-in")
    assert (first.login, enrolled(app, first.token), enrolled(app, again.token).login) == ("alma", None, "alma")
    assert admin.execute("select password_hash, totp from gate.credential where login = 'alma'").fetchone() == (
        None,
        None,
    )


def test_an_invitation_ends_after_three_days(app, acting, november):
    with acting("adi", "account:make") as adi:
        invited = make(adi)
    november.move_to(invited.until - timedelta(seconds=5))
    assert enrolled(app, invited.token)
    november.move_to(invited.until + timedelta(seconds=1))
    assert enrolled(app, invited.token) is None


def test_ending_ends_at_once(acting, as_):
    alma = as_("alma")
    assert alma.get("/permissions").status_code == 403
    with acting("adi", "account:end") as adi:
        assert accounts.end(cast.id_("alma"), by=adi).ends == cast.TODAY - timedelta(days=1)
        with pytest.raises(accounts.Ended):
            accounts.invite(cast.id_("alma"), by=adi)
    assert alma.get("/permissions").location.startswith("/sign-in")


def test_an_end_that_passed_stays_as_it_was(acting):
    with acting("adi", "account:end") as adi:
        past = date(2026, 5, 1)
        invited = make(adi, starts=date(2026, 4, 1), ends=past)
        assert accounts.end(invited.account.id, by=adi).ends == past


def test_nobody_ends_oneself_and_nobody_who_is_not_there(acting):
    with acting("adi", "account:end") as adi:
        with pytest.raises(accounts.OneSelf):
            accounts.end(adi.account_id, by=adi)
        with pytest.raises(NoResultFound):
            accounts.end(cast.id_("nobody"), by=adi)


def test_dates_in_order(acting):
    with acting("adi", "account:make") as adi, pytest.raises(organisations.EndsBeforeStart):
        make(adi, ends=cast.TODAY - timedelta(days=1))
