"""How the desk says who is meant for whom, and what it records of a notice."""

import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.models.organisations import Engagement, Organisation
from portal.rules.allocation import AGES, BOUNDS, DRAWS, TIERS, Rules
from portal.rules.claim_groups import GROUPS
from portal.web.choices import offered

Contracts = Mapping[uuid.UUID, tuple[Engagement, Organisation]]
BY = {"group": GROUPS, "tier": TIERS, "age": AGES}
A_WEIGHT = NumberRange(min=0, max=1000, message=_l("0から1000の整数で入力してください。"))
A_NUMBER = NumberRange(min=0, max=999_999, message=_l("6桁までの数字で入力してください。"))
AN_AMOUNT = NumberRange(min=1, max=10**12, message=_l("1円以上の整数で入力してください。"))
REASON = Length(max=500, message=_l("500文字以内で入力してください。"))


class WholeNumber(IntegerField):
    """What is no number says so in Japanese; an address that does not speak of it leaves the default."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        try:
            self.data = int(valuelist[0]) if valuelist[0].strip() else None
        except ValueError:
            self.data = None
            raise ValueError(_("半角の整数で入力してください。")) from None


class RulesForm(FlaskForm):
    """Stands in the address: a draw can be looked at again, and drawn anew with another number."""

    class Meta:
        csrf = False

    low = WholeNumber(_l("少額（この額未満）"), [Optional(), AN_AMOUNT], default=BOUNDS[0])
    high = WholeNumber(_l("高額（この額を超える）"), [Optional(), AN_AMOUNT], default=BOUNDS[1])
    draw = RadioField(
        _l("割合で振り分ける方の選び方"),
        choices=offered((code, _l(label)) for code, label in DRAWS.items()),
        default="random",
    )
    seed = WholeNumber(
        _l("抽選番号"), [Optional(), A_NUMBER], description=_l("同じ番号なら、いつでも同じ振り分けになります。")
    )

    @property
    def asked(self) -> bool:
        return bool(self.draw.raw_data)

    def number(self) -> int:
        return self.seed.data or 0

    def rules(self) -> Rules:
        """What cannot be read counts as not said."""
        known = {str(key): key for key in self.contracts}
        by = {
            name: {code: known[self[f"{name}-{code}"].data] for code in codes if self[f"{name}-{code}"].data in known}
            for name, codes in BY.items()
        }
        shares = {key: self[f"share-{key}"].data or 0 for key in self.contracts}
        bounds = (self.low.data or BOUNDS[0], self.high.data or BOUNDS[1])
        return Rules(shares, by["group"], by["tier"], by["age"], (min(bounds), max(bounds)), self.draw.data)

    def carried(self) -> dict[str, Any]:
        return {f.name: f.data for f in self if f.data not in ("", None)}

    contracts: Contracts = {}


def rules_form(contracts: Contracts) -> type[RulesForm]:
    """The form for the contracts that run today. Call centres share alike until the desk says otherwise."""

    class Form(RulesForm):
        pass

    Form.contracts = contracts
    centres = [key for key, (_engagement, partner) in contracts.items() if partner.kind == "call_centre"]
    to = offered([("", _("割合で振り分ける")), *((str(key), partner.name) for key, (_e, partner) in contracts.items())])
    for key, (engagement, partner) in contracts.items():
        share = WholeNumber(f"{partner.name}（{engagement.title}）", [Optional(), A_WEIGHT],
                            default=100 // len(centres) if key in centres else 0)  # fmt: skip
        setattr(Form, f"share-{key}", share)
    for name, codes in BY.items():
        for code, label in codes.items():
            setattr(Form, f"{name}-{code}", SelectField(_(label), choices=to, default=""))
    return Form


def new_number() -> int:
    return secrets.randbelow(999_999) + 1


class DraftForm(FlaskForm):
    """`persons`, `yen`: what the desk was shown."""

    title = StringField(
        _l("予定の名称"), [InputRequired(_l("予定の名称を入力してください。")), Length(max=60, message=_l("60文字以内で入力してください。"))],
        description=_l("例：令和8年12月　コールセンター2社"),
    )  # fmt: skip
    persons = IntegerField(validators=[NumberRange(min=0)])
    yen = IntegerField(validators=[NumberRange(min=0)])


class NoticeForm(FlaskForm):
    noticed_on = DateField(_l("予告発送日"), [InputRequired(_l("予告発送日を入力してください（例：2026-11-25）。"))])


class TakeOutForm(FlaskForm):
    reason = StringField(_l("抜く理由"), [InputRequired(_l("抜く理由を入力してください。")), REASON])
