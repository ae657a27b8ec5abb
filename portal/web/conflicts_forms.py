"""What is asked of a law team, and what it answers."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, ValidationError


class AskForm(FlaskForm):
    due_on = DateField(_l("回答期限"), [InputRequired(_l("回答期限を入力してください（例：2026-12-04）。"))])
    decision_no = StringField(
        _l("起案番号"),
        [
            InputRequired(_l("起案番号を入力してください。")),
            Length(max=40, message=_l("40文字以内で入力してください。")),
        ],
        description=_l("氏名等を弁護士チームに示すことの決裁。外部提供記録に残ります。"),
    )

    def __init__(self, today: date, **known: Any) -> None:
        super().__init__(**known)
        self.today = today

    def validate_due_on(self, field: DateField) -> None:
        if field.data and field.data < self.today:
            raise ValidationError(_("回答期限は今日以後の日にしてください。"))


class FileForm(FlaskForm):
    file = FileField(_l("結果を記入したCSV"), [FileRequired(_l("ファイルを選んでください。"))])
