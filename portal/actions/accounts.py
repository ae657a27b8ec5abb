"""Named people: registered, invited, ended. Nobody shares an account, and nobody but the person knows the password."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.access import scope
from portal.access.policy import ROLES_OF_KIND
from portal.access.principal import Principal
from portal.actions.organisations import EndsBeforeStart
from portal.clock import day_of
from portal.db import db
from portal.i18n import N_
from portal.models.organisations import Account, Organisation

TIERS = {
    "direct": N_("直接雇用"),
    "dispatched": N_("派遣"),
    "subcontracted": N_("再委託"),
}
INVITED_FOR = timedelta(hours=72)  # as access.invite counts it


class RoleNotOfKind(Exception):
    """An account has a role of its organisation's kind: an agent of the law team would negotiate under no licence."""

    label = N_("この所属の種別では、選んだ役割を登録できません。")


class LoginTaken(Exception):
    label = N_("この利用者IDはすでに使われています。別のIDにしてください。")


class OneSelf(Exception):
    """The last administrator would lock the city out."""

    label = N_("自分の利用を終えることはできません。ほかの管理者に依頼してください。")


class Ended(Exception):
    label = N_("利用を終えた方には登録案内を出せません。")


@dataclass(frozen=True)
class Invitation:
    """What is handed over once. `token`: 256 random bits in hex; only its hash is kept."""

    account: Account
    login: str
    token: str
    until: datetime


def make(
    *,
    org_id: uuid.UUID,
    role: str,
    name: str,
    employer: str,
    tier: str,
    starts: date,
    ends: date,
    login: str,
    by: Principal,
) -> Invitation:
    """A person and the invitation. RoleNotOfKind, EndsBeforeStart, LoginTaken; NoResultFound: no such organisation."""
    organisation = db.session.get_one(Organisation, org_id)
    if role not in ROLES_OF_KIND[organisation.kind]:
        raise RoleNotOfKind
    if ends < starts:
        raise EndsBeforeStart
    account = Account(
        org_id=org_id, role=role, name=name, employer=employer, tier=tier, starts=starts, ends=ends
    )  # fmt: skip
    db.session.add(account)
    db.session.flush()
    return _invite(account, login)


def invite(account_id: uuid.UUID, *, by: Principal) -> Invitation:
    """Again, for a lost password or phone: the old ones, and every open session, end now. NoResultFound, Ended."""
    account = db.session.get_one(Account, account_id)
    if account.ends < day_of(scope.now()):
        raise Ended
    return _invite(account, None)


def _invite(account: Account, login: str | None) -> Invitation:
    token = secrets.token_hex(32)
    values = {"account": account.id, "login": login, "token": bytes.fromhex(token)}
    try:
        with db.session.begin_nested():
            kept = db.session.execute(text("select access.invite(:account, :login, :token)"), values).scalar_one()
    except IntegrityError:
        raise LoginTaken from None
    return Invitation(account, kept, token, scope.now() + INVITED_FOR)


def end(account_id: uuid.UUID, *, by: Principal) -> Account:
    """At once: from now on PostgreSQL refuses whatever the person asks. OneSelf, NoResultFound."""
    if account_id == by.account_id:
        raise OneSelf
    account = db.session.get_one(Account, account_id)
    account.ends = min(account.ends, day_of(scope.now()) - timedelta(days=1))
    db.session.flush()
    return account
