"""利用者: named people, their invitations, and the end of their access."""

import uuid
from datetime import date
from typing import Any

import flask
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, func, select
from sqlalchemy.orm import undefer

from portal.access import scope
from portal.access.doors import door
from portal.access.policy import ROLES
from portal.actions import accounts
from portal.actions.organisations import EndsBeforeStart
from portal.clock import day_of
from portal.db import db
from portal.models.organisations import Account, Engagement, Organisation
from portal.web.accounts_forms import AccountForm, year_end
from portal.web.paging import page

pages = flask.Blueprint("accounts", __name__)
PEOPLE = select(Account).where(Account.role != "nightly")
WHOLE = [undefer(column) for column in (Account.employer, Account.tier, Account.starts, Account.ends)]


@pages.get("/accounts")
@door("account:list")
def index() -> str:
    organisations, today = _organisations(), day_of(scope.now())
    query = _chosen(PEOPLE)
    return flask.render_template(
        "accounts/index.html",
        found=page(query.options(*WHOLE), Account.org_id, Account.id),
        total=db.session.scalar(query.with_only_columns(func.count())),
        organisations={organisation.id: organisation for organisation in organisations},
        engaged=_engaged(today),
        today=today,
        **_words(),
    )


def _engaged(today: date) -> set[uuid.UUID]:
    """Organisations whose people may sign in on this day: the city, and partners while a contract runs."""
    city = select(Organisation.id).where(Organisation.kind == "city")
    partners = select(Engagement.org_id).where(Engagement.starts <= today, Engagement.ends >= today)
    return set(db.session.scalars(city.union(partners)))


def _chosen(query: Select[Any]) -> Select[Any]:
    """The conditions in the address: organisation, and whether the access still runs."""
    today = day_of(scope.now())
    if organisation := flask.request.args.get("organisation", type=uuid.UUID):
        query = query.where(Account.org_id == organisation)
    match flask.request.args.get("state"):
        case "live":
            query = query.where(Account.ends >= today)
        case "ended":
            query = query.where(Account.ends < today)
    return query


def _organisations() -> list[Organisation]:
    return list(
        db.session.scalars(select(Organisation).order_by(Organisation.kind, Organisation.name, Organisation.id))
    )


def _words() -> dict[str, Any]:
    return {"roles": ROLES, "tiers": accounts.TIERS}


@pages.get("/accounts/new")
@door("account:make")
def new() -> str:
    today = day_of(scope.now())
    asked = flask.request.args.get("organisation")
    return _form(AccountForm(starts=today, ends=year_end(today), org_id=asked).offer(_organisations()))


def _form(form: AccountForm) -> str:
    return flask.render_template("accounts/new.html", form=form)


@pages.post("/accounts")
@door("account:make")
def make() -> flask.typing.ResponseReturnValue:
    """The invitation is shown in this answer only: nothing keeps its token."""
    form = AccountForm().offer(_organisations())
    invited = _made(form) if form.validate() else None
    return (_invitation(invited), 201) if invited else (_form(form), 422)


def _made(form: AccountForm) -> accounts.Invitation | None:
    try:
        return accounts.make(
            org_id=uuid.UUID(form.org_id.data),
            role=form.role.data,
            name=str(form.name.data).strip(),
            employer=str(form.employer.data).strip(),
            tier=form.tier.data,
            starts=form.starts.data,
            ends=form.ends.data,
            login=form.login.data,
            by=current_user,
        )
    except accounts.RoleNotOfKind as wrong:
        form.role.errors = [_(wrong.label)]
    except accounts.LoginTaken as wrong:
        form.login.errors = [_(wrong.label)]
    except EndsBeforeStart as wrong:
        form.ends.errors = [_(wrong.label)]
    return None


def _invitation(invited: accounts.Invitation) -> str:
    address = flask.url_for("session.enrol", token=invited.token, _external=True)
    return flask.render_template("accounts/invitation.html", invited=invited, address=address)


@pages.get("/accounts/<uuid:account_id>")
@door("account:list")
def show(account_id: uuid.UUID) -> str:
    account = _person(account_id)
    organisation = db.session.get_one(Organisation, account.org_id)
    today = day_of(scope.now())
    return flask.render_template(
        "accounts/show.html",
        account=account,
        organisation=organisation,
        engaged=_engaged(today),
        today=today,
        **_words(),
    )


def _person(account_id: uuid.UUID) -> Account:
    return db.session.execute(PEOPLE.options(*WHOLE).where(Account.id == account_id)).scalar_one()


@pages.post("/accounts/<uuid:account_id>/invitations")
@door("account:invite")
def invite(account_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    try:
        return _invitation(accounts.invite(_person(account_id).id, by=current_user)), 201
    except accounts.Ended as wrong:
        return _refused(account_id, wrong.label)


@pages.post("/accounts/<uuid:account_id>/ending")
@door("account:end")
def end(account_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    try:
        ended = accounts.end(_person(account_id).id, by=current_user)
    except accounts.OneSelf as wrong:
        return _refused(account_id, wrong.label)
    flask.flash(_("%(name)sさんの利用を終えました。", name=ended.name), "success")
    return flask.redirect(flask.url_for("accounts.show", account_id=account_id))


def _refused(account_id: uuid.UUID, sentence: str) -> tuple[str, int]:
    flask.flash(_(sentence), "error")
    return show(account_id), 409
