"""委託契約: the city's partners and the contracts with them."""

import uuid
from datetime import date, time

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from wtforms import BooleanField, DateField, RadioField, StringField, TimeField
from wtforms.validators import InputRequired, Length

from portal.access import scope
from portal.access.doors import door
from portal.actions import organisations
from portal.clock import day_of
from portal.db import db
from portal.models.organisations import Engagement, Organisation
from portal.web.choices import offered
from portal.web.paging import page

pages = flask.Blueprint("organisations", __name__)
NEEDED = InputRequired(_l("入力してください。"))
A_DAY = InputRequired(_l("日付を入力してください（例：2026-04-01）。"))
AN_HOUR = InputRequired(_l("時刻を入力してください（例：09:00）。"))
SHORT = Length(max=100, message=_l("100文字以内で入力してください。"))


class OrganisationForm(FlaskForm):
    kind = RadioField(_l("種別"), [InputRequired(_l("種別を選んでください。"))])
    name = StringField(_l("名称"), [NEEDED, SHORT], description=_l("契約書の商号・名称"))

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = offered((kind, _(organisations.KINDS[kind])) for kind in organisations.PARTNER_KINDS)


class EngagementForm(FlaskForm):
    title = StringField(_l("件名"), [NEEDED, SHORT], description=_l("例：令和8年度 催告業務委託"))
    contract_no = StringField(_l("契約番号"), [NEEDED, SHORT])
    starts = DateField(_l("契約の開始日"), [A_DAY])
    ends = DateField(_l("契約の終了日"), [A_DAY])
    weekday_from = TimeField(_l("平日の開始時刻"), [AN_HOUR], default=time(9))
    weekday_until = TimeField(_l("平日の終了時刻"), [AN_HOUR], default=time(20))
    weekend_from = TimeField(_l("土日祝の開始時刻"), [AN_HOUR], default=time(9))
    weekend_until = TimeField(_l("土日祝の終了時刻"), [AN_HOUR], default=time(17))
    conflict_check = BooleanField(
        _l("引渡しの前に利益相反の確認を受ける"),
        description=_l("氏名・カナ氏名・生年月日だけを先に示し、「該当なし」と回答のあった方だけを引き渡します。"),
    )


PARTNERS = select(Organisation).where(Organisation.kind != "city")


@pages.get("/organisations")
@door("organisation:list")
def index() -> str:
    found = page(PARTNERS, Organisation.name, Organisation.id)
    total = db.session.scalar(PARTNERS.with_only_columns(func.count()))
    contracts = _contracts([organisation.id for organisation in found.rows])
    today = day_of(scope.now())
    return flask.render_template(
        "organisations/index.html",
        found=found,
        total=total,
        contracts=contracts,
        kinds=organisations.KINDS,
        today=today,
    )


def _contracts(ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Engagement]]:
    """The newest first. A partner has one a year, so a page of partners has few."""
    newest = Engagement.starts.desc(), Engagement.id.desc()
    contracts: dict[uuid.UUID, list[Engagement]] = {key: [] for key in ids}
    for contract in db.session.scalars(select(Engagement).where(Engagement.org_id.in_(ids)).order_by(*newest)):
        contracts[contract.org_id].append(contract)
    return contracts


@pages.get("/organisations/new")
@door("organisation:make")
def new() -> str:
    return flask.render_template("organisations/new.html", form=OrganisationForm())


@pages.post("/organisations")
@door("organisation:make")
def make() -> flask.typing.ResponseReturnValue:
    form = OrganisationForm()
    if form.validate():
        try:
            name = str(form.name.data).strip()
            made = organisations.make(kind=form.kind.data, name=name, by=current_user)
        except organisations.NameTaken as wrong:
            form.name.errors = [_(wrong.label)]
        else:
            flask.flash(_("委託先を登録しました。続けて委託契約を登録してください。"), "success")
            return flask.redirect(flask.url_for("organisations.show", org_id=made.id))
    return flask.render_template("organisations/new.html", form=form), 422


@pages.get("/organisations/<uuid:org_id>")
@door("organisation:list")
def show(org_id: uuid.UUID) -> str:
    organisation = _partner(org_id)
    return flask.render_template(
        "organisations/show.html",
        organisation=organisation,
        contracts=_contracts([org_id])[org_id],
        kinds=organisations.KINDS,
        today=day_of(scope.now()),
    )


def _partner(org_id: uuid.UUID) -> Organisation:
    return db.session.execute(PARTNERS.where(Organisation.id == org_id)).scalar_one()


@pages.get("/organisations/<uuid:org_id>/engagements/new")
@door("engagement:make")
def new_engagement(org_id: uuid.UUID) -> str:
    today = day_of(scope.now())
    year = today.year - (today.month < 4)  # the fiscal year (会計年度) runs from April to March: 地方自治法208条
    form = EngagementForm(starts=today, ends=date(year + 1, 3, 31))
    return flask.render_template("organisations/new_engagement.html", form=form, organisation=_partner(org_id))


@pages.post("/organisations/<uuid:org_id>/engagements")
@door("engagement:make")
def engage(org_id: uuid.UUID) -> flask.typing.ResponseReturnValue:
    form, organisation = EngagementForm(), _partner(org_id)
    if form.validate() and _engaged(form, org_id):
        flask.flash(_("委託契約を登録しました。"), "success")
        return flask.redirect(flask.url_for("organisations.show", org_id=org_id))
    return flask.render_template("organisations/new_engagement.html", form=form, organisation=organisation), 422


def _engaged(form: EngagementForm, org_id: uuid.UUID) -> bool:
    try:
        organisations.engage(
            org_id,
            title=str(form.title.data).strip(),
            contract_no=str(form.contract_no.data).strip(),
            starts=form.starts.data,
            ends=form.ends.data,
            weekday=(form.weekday_from.data, form.weekday_until.data),
            weekend=(form.weekend_from.data, form.weekend_until.data),
            by=current_user,
            conflict_check=form.conflict_check.data,
        )
    except organisations.EndsBeforeStart as wrong:
        form.ends.errors = [_(wrong.label)]
        return False
    except organisations.OutsideTheDay as wrong:
        form.form_errors.append(_(wrong.label))
        return False
    return True
