"""The desk's conditions for a hand-over, as an address and the forms after it carry them."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectField
from wtforms.validators import Optional

from portal import money
from portal.access import scope
from portal.actions import placed, placements
from portal.actions.candidates import Choice
from portal.clock import day_of
from portal.models.organisations import Engagement, Organisation
from portal.rules.claim_groups import GROUPS
from portal.rules.placeability import Target, year_start
from portal.web.choices import offered
from portal.web.written import fiscal

PHONES = {"": _l("すべて"), "1": _l("あり"), "0": _l("なし")}
CONDITIONS = ("kind", "group", "least", "most", "fiscal_year", "due_before")


def former_years(today: date) -> list[str]:
    """The fiscal years whose claims may be handed over (滞納繰越分), the newest first, as far as most claims live."""
    last = year_start(today).year - 1
    return [str(last - back) for back in range(7)]


class YenField(IntegerField):
    """Whole yen as people write them: commas and full-width digits too."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        try:
            self.data = money.parse(text) if text else None
        except ValueError:
            self.data = None
            raise ValueError(_("金額を半角の数字で入力してください（例：10000）。")) from None


class ChoiceForm(FlaskForm):
    """Stands in the address of the list, and hidden in the two forms that follow."""

    class Meta:
        csrf = False

    engagement = SelectField(_l("委託先・契約"), coerce=lambda key: uuid.UUID(str(key)), validate_choice=False)
    beside = BooleanField(_l("コールセンターと並行して委任する"))
    kind = SelectField(_l("債権種別"), default="")
    group = SelectField(_l("債権の区分"), default="")
    least = YenField(_l("債権の残高（下限）"), [Optional()])
    most = YenField(_l("債権の残高（上限）"), [Optional()])
    fiscal_year = SelectField(_l("調定年度"), default="")
    due_before = DateField(_l("納期限（この日より前）"), [Optional()])
    phone = SelectField(_l("電話番号"), choices=offered(PHONES.items()), default="")

    def offer(
        self, partners: Sequence[tuple[Engagement, Organisation]], kinds: Sequence[tuple[str, str]]
    ) -> "ChoiceForm":
        self.partners = {engagement.id: (engagement, partner) for engagement, partner in partners}
        self.engagement.choices = offered((e.id, f"{o.name}（{e.title}）") for e, o in partners)
        self.kind.choices = offered([("", _("すべて")), *kinds])
        self.group.choices = offered([("", _("すべて")), *((code, _(label)) for code, label in GROUPS.items())])
        years = former_years(day_of(scope.now()))
        self.fiscal_year.choices = offered([("", _("すべて")), *((year, fiscal(year)) for year in years)])
        if self.engagement.data not in self.partners:
            self.engagement.data = next(iter(self.partners), None)
        self.validate()
        return self

    @property
    def partner(self) -> Organisation:
        return self.partners[self.engagement.data][1]

    @property
    def contract(self) -> Engagement:
        return self.partners[self.engagement.data][0]

    def target(self, today: date) -> Target:
        return placements.target(self.contract, self.partner, today, self.beside.data)

    def choice(self, persons: Sequence[uuid.UUID] | None = None) -> Choice:
        known = {f.name: f.data for f in self if not f.errors and f.data not in ("", None)}
        phone = {"1": True, "0": False}.get(known.get("phone", ""))
        taken = {name: known.get(name) for name in CONDITIONS}
        return Choice(**taken, phone=phone, persons=None if persons is None else tuple(persons))

    def conditions(self) -> dict[str, Any]:
        """What is set of the choice itself, whoever it is for."""
        return {name: value for name, value in self.carried().items() if name in (*CONDITIONS, "phone")}

    def spoken(self) -> list[tuple[str, str]]:
        """The same as a sentence has it: (label, value)."""
        said = {name: self[name] for name in self.conditions()}
        labels = {
            name: {c.value: c.label for c in field.choices} for name, field in said.items() if hasattr(field, "choices")
        }
        return [
            (str(field.label.text), str(labels.get(name, {}).get(field.data, field.data)))
            for name, field in said.items()
        ]

    def carried(self) -> dict[str, Any]:
        """What is set, as an address or a hidden field carries it."""
        known = {f.name: f.data for f in self if not f.errors and f.data not in ("", None, False)}
        return known | ({"beside": "y"} if "beside" in known else {})

    def hidden(self) -> dict[str, Any]:
        """The same for the form that shows `beside` itself."""
        return {name: value for name, value in self.carried().items() if name != "beside"}

    @property
    def active(self) -> int:
        return len(self.carried().keys() - {"engagement"})


def chosen() -> ChoiceForm:
    """What the address, or the form that follows, asks for."""
    today = day_of(scope.now())
    return ChoiceForm(formdata=flask.request.values).offer(placements.partners(today), placed.kinds())


def years(form: ChoiceForm, endpoint: str, **more: Any) -> list[tuple[str, str, bool]]:
    """年度 presets for ui.presets."""
    kept = {name: value for name, value in form.carried().items() if name != "fiscal_year"} | more
    every = (_("すべて"), flask.url_for(endpoint, **kept), not form.fiscal_year.data)
    return [every, *((fiscal(year), flask.url_for(endpoint, fiscal_year=year, **kept), form.fiscal_year.data == year)
                     for year in former_years(day_of(scope.now())))]  # fmt: skip
