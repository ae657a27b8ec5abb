"""Partners, contracts and named people, registered by the administrator on the first day."""

import uuid
from datetime import time

from sqlalchemy import select

from demo.accounts import ACCOUNTS, CONTRACTS, FOUNDER, PARTNERS, Account
from demo.moments import MORNING, OPENING, YEAR_END
from demo.stage import Stage
from demo.town import CITY
from portal.actions import accounts, organisations
from portal.clock import day_of
from portal.db import db
from portal.models.organisations import Organisation

WEEKDAY, WEEKEND = (time(9), time(20)), (time(9), time(17))


def appoint(stage: Stage, invitation: str) -> None:
    """Everybody, each with an own password; the founder's account ends when the administrator has one."""
    stage.enrol(FOUNDER, invitation, OPENING)
    stage.sign_in(FOUNDER, OPENING)
    places = _places(stage)
    for account in ACCOUNTS:
        stage.enrol(account, _invited(stage, account, places[account.at]), OPENING)
    for account in ACCOUNTS:
        stage.sign_in(account, MORNING)
    with stage.acting("kanri1", "account:end", OPENING) as by:
        founder = db.session.execute(
            select(accounts.Account.id).where(accounts.Account.name == FOUNDER.name)
        ).scalar_one()
        accounts.end(founder, by=by)
    del stage.tokens[FOUNDER.login]


def _places(stage: Stage) -> dict[str, uuid.UUID]:
    """Key of a partner, or "city": its organisation, with a contract that runs the whole fiscal year."""
    places = {}
    for key, (kind, name, _) in PARTNERS.items():
        made = stage.run(FOUNDER.login, "organisation:make", OPENING, organisations.make, kind=kind, name=name)
        title, number = CONTRACTS[key]
        stage.run(
            FOUNDER.login, "engagement:make", OPENING, organisations.engage, made.id, title=title, contract_no=number,
            starts=day_of(OPENING), ends=YEAR_END, weekday=WEEKDAY, weekend=WEEKEND,
            conflict_check=kind == "law_team",
        )  # fmt: skip
        places[key] = made.id
    with stage.acting(FOUNDER.login, "organisation:list", OPENING):
        places["city"] = db.session.execute(select(Organisation.id).where(Organisation.kind == "city")).scalar_one()
    return places


def _invited(stage: Stage, account: Account, place: uuid.UUID) -> str:
    employer = PARTNERS[account.at][2] if account.at in PARTNERS else CITY
    invited = stage.run(
        FOUNDER.login, "account:make", OPENING, accounts.make, org_id=place, role=account.role, name=account.name,
        employer=employer, tier=account.tier, starts=day_of(OPENING), ends=YEAR_END, login=account.login,
    )  # fmt: skip
    return invited.token
