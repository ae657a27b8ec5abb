"""本人を探す: what the desk types travels in the body, page after page, and never in an address."""

import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, StringField, ValidationError
from wtforms.validators import Length, Optional

from portal.actions.searches import LEAST_DIGITS, Sought
from portal.rules import names


def _text(label: str, description: str = "") -> StringField:
    return StringField(
        label,
        [Optional(), Length(max=50, message=_l("50文字以内で入力してください。"))],
        filters=[lambda text: text.strip() if text else text],
        description=description,
    )


class SearchForm(FlaskForm):
    number = _text(_l("宛名番号"), _l("桁をそろえて、正確に"))
    source = _text(_l("取込元"), _l("例：01"))
    kana = _text(_l("カナ氏名（先頭から）"), _l("ひらがな・半角カナも可、濁点・長音・空白は問いません"))
    name = _text(_l("氏名"), _l("先頭から、または途中の2文字以上"))
    phone = _text(_l("電話番号"), _l("末尾の4桁以上"))
    birth = DateField(_l("生年月日"), [Optional()])
    after_kana = HiddenField()
    after_id = HiddenField()
    after: tuple[str, uuid.UUID] | None = None

    def validate_kana(self, field: Field) -> None:
        if not names.kana(field.data):
            raise ValidationError(_("カナで入力してください。"))

    def validate_name(self, field: Field) -> None:
        if not names.name(field.data):
            raise ValidationError(_("氏名を入力してください。"))

    def validate_phone(self, field: Field) -> None:
        if len(names.phone(field.data)) < LEAST_DIGITS:
            raise ValidationError(_("末尾の4桁以上を数字で入力してください。"))

    def validate_after_id(self, field: Field) -> None:
        """Written by our own page; anything else is the first page."""
        try:
            self.after = (self.after_kana.data or "", uuid.UUID(field.data)) if field.data else None
        except ValueError:
            self.after = None

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not self.sought().conditions() or set(self.carried()) == {"source"}:
            self.number.errors = [_("宛名番号、氏名、電話番号、生年月日のどれかを入力してください。")]
            return False
        return True

    def sought(self) -> Sought:
        return Sought(**{name: self[name].data or None for name in Sought.__dataclass_fields__})

    def carried(self) -> dict[str, str]:
        """What is asked, for the form that turns the page."""
        known = {name: self[name].data for name in Sought.__dataclass_fields__ if self[name].data}
        return {name: value.isoformat() if name == "birth" else value for name, value in known.items()}
