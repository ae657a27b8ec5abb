"""The city's decision that a hand-over stands on, the reason of a recall, and what partners hold."""

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.rules.lifecycles import STATES
from portal.web.choices import offered

HELD = {"": _l("すべて"), "1": _l("停止中"), "0": _l("停止なし")}
REASON = Length(max=500, message=_l("500文字以内で入力してください。"))


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
