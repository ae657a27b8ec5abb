"""起案番号・決裁日: the city's decision, made in its own document system, that a hand-over stands on."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from portal.actions.candidates import Total

REASON = Length(max=500, message=_l("500文字以内で入力してください。"))


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
    no_notice = StringField(_l("委託予告を送らない理由"), [REASON])
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
