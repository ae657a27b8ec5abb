"""The form of a named person."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from portal.access.policy import ROLES, ROLES_OF_KIND
from portal.actions.accounts import TIERS
from portal.actions.organisations import KINDS
from portal.models.organisations import Organisation
from portal.web.choices import grouped, offered

NEEDED = InputRequired(_l("入力してください。"))
A_DAY = InputRequired(_l("日付を入力してください（例：2026-04-01）。"))
CHOSEN = InputRequired(_l("選んでください。"))
SHORT = Length(max=100, message=_l("100文字以内で入力してください。"))
LOGIN = Regexp(
    r"^[a-z0-9][a-z0-9._-]{2,39}$", message=_l("半角の英小文字・数字・「.」「-」「_」で、3〜40文字にしてください。")
)


class AccountForm(FlaskForm):
    org_id = SelectField(_l("所属"), [CHOSEN])
    role = RadioField(_l("役割"), [CHOSEN])
    name = StringField(_l("氏名"), [NEEDED, SHORT])
    employer = StringField(_l("雇用主"), [NEEDED, SHORT], description=_l("本人を雇用している会社・団体"))
    tier = RadioField(_l("雇用の形"), [CHOSEN], default="direct")
    starts = DateField(_l("利用の開始日"), [A_DAY])
    ends = DateField(_l("利用の終了日"), [A_DAY], description=_l("翌日からサインインできません"))
    login = StringField(_l("利用者ID"), [NEEDED, LOGIN], description=_l("ほかの方と重ならないもの"))

    def offer(self, organisations: list[Organisation]) -> "AccountForm":
        """The organisations there are; the roles headed by the kind of organisation that has them."""
        self.org_id.choices = offered([("", _("選んでください")), *((str(o.id), o.name) for o in organisations)])
        self.role.choices = grouped(role_choices())
        self.tier.choices = offered((tier, _(label)) for tier, label in TIERS.items())
        return self


def role_choices() -> dict[str, list[tuple[str, str]]]:
    """A call centre and a servicer have the same roles, under one heading: a choice stands once."""
    kinds_of: dict[tuple[str, ...], list[str]] = {}
    for kind, roles in ROLES_OF_KIND.items():
        kinds_of.setdefault(roles, []).append(_(KINDS[kind]))
    return {"・".join(kinds): [(role, _(ROLES[role])) for role in roles] for roles, kinds in kinds_of.items()}


def year_end(today: date) -> date:
    """31 March: contracts, and the city's own postings, run by the fiscal year (地方自治法208条)."""
    return date(today.year + (today.month >= 4), 3, 31)
