"""The desk's conditions for a hand-over, and the city's decision that it stands on."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal import money
from portal.actions.candidates import Choice, Total
from portal.models.organisations import Engagement, Organisation
from portal.rules.claim_groups import GROUPS
from portal.rules.lifecycles import STATES
from portal.rules.placeability import Target
from portal.web.choices import offered

PHONES = {"": _l("すべて"), "1": _l("あり"), "0": _l("なし")}
HELD = {"": _l("すべて"), "1": _l("停止中"), "0": _l("停止なし")}
REASON = Length(max=500, message=_l("500文字以内で入力してください。"))


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
    due_before = DateField(_l("納期限（この日より前）"), [Optional()])
    phone = SelectField(_l("電話番号"), choices=offered(PHONES.items()), default="")

    def offer(
        self, partners: Sequence[tuple[Engagement, Organisation]], kinds: Sequence[tuple[str, str]]
    ) -> "ChoiceForm":
        self.partners = {engagement.id: (engagement, partner) for engagement, partner in partners}
        self.engagement.choices = offered((e.id, f"{o.name}（{e.title}）") for e, o in partners)
        self.kind.choices = offered([("", _("すべて")), *kinds])
        self.group.choices = offered([("", _("すべて")), *((code, _(label)) for code, label in GROUPS.items())])
        if self.engagement.data not in self.partners:
            self.engagement.data = next(iter(self.partners), None)
        self.validate()
        return self

    @property
    def partner(self) -> Organisation:
        return self.partners[self.engagement.data][1]

    def target(self, today: date) -> Target:
        return Target(self.partner.kind, today, self.beside.data)

    def choice(self, persons: Sequence[uuid.UUID] | None = None) -> Choice:
        known = {f.name: f.data for f in self if not f.errors and f.data not in ("", None)}
        phone = {"1": True, "0": False}.get(known.get("phone", ""))
        taken = {name: known.get(name) for name in ("kind", "group", "least", "most", "due_before")}
        return Choice(**taken, phone=phone, persons=None if persons is None else tuple(persons))

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


class DecisionForm(FlaskForm):
    """起案番号・決裁日; the hidden numbers are those the desk was shown."""

    decision_no = StringField(
        _l("起案番号"),
        [
            InputRequired(_l("起案番号を入力してください。")),
            Length(max=40, message=_l("40文字以内で入力してください。")),
        ],
    )
    decided_on = DateField(_l("決裁日"), [InputRequired(_l("決裁日を入力してください（例：2026-11-25）。"))])
    claims = IntegerField(validators=[NumberRange(min=0)])
    persons = IntegerField(validators=[NumberRange(min=0)])
    yen = IntegerField(validators=[NumberRange(min=0)])

    def __init__(self, today: date, **known: Any) -> None:
        super().__init__(**known)
        self.today = today

    def validate_decided_on(self, field: DateField) -> None:
        if field.data and field.data > self.today:
            raise ValidationError(_("決裁日が今日より後です。"))

    def shown(self) -> Total:
        return Total(self.claims.data, self.persons.data, self.yen.data)


class RecallForm(FlaskForm):
    reason = TextAreaField(_l("引揚げの理由"), [InputRequired(_l("理由を入力してください。")), REASON])


class FoundForm(FlaskForm):
    """The list of what partners hold."""

    class Meta:
        csrf = False

    org = SelectField(_l("委託先"), default="")
    state = SelectField(_l("状態"), default="open")
    held = SelectField(_l("連絡停止"), default="", choices=offered(HELD.items()))
    kind = SelectField(_l("債権種別"), default="")

    def offer(self, partners: Sequence[tuple[uuid.UUID, str]], kinds: Sequence[tuple[str, str]]) -> "FoundForm":
        self.org.choices = offered([("", _("すべて")), *((str(key), name) for key, name in partners)])
        self.kind.choices = offered([("", _("すべて")), *kinds])
        self.state.choices = offered((state, _(label)) for state, label in STATES["casefile"].items())
        self.validate()
        return self

    def value(self, name: str) -> str | None:
        field = self[name]
        return None if field.errors else field.data or None

    @property
    def active(self) -> int:
        return sum(bool(self.value(name)) for name in ("org", "held", "kind")) + (self.value("state") != "open")
