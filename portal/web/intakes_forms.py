"""The form of a ledger upload."""

import os
from datetime import date
from typing import Any

import flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, RadioField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.access import scope
from portal.clock import day_of
from portal.models.intakes import Intake
from portal.web.choices import offered

EARLIEST = date(2000, 1, 1)
WHOLE, PART = "whole", "part"


class UploadForm(FlaskForm):
    file = FileField(
        _l("台帳ファイル"),
        [FileRequired(_l("ファイルを選んでください。"))],
        description=_l("CSV（Shift_JIS・UTF-8・UTF-16）またはXLSX"),
    )
    profile = RadioField(
        _l("内容"),
        [Optional()],
        choices=[SelectChoice("ledger", _l("滞納債権台帳")), SelectChoice("related", _l("関係者"))],
        default="ledger",
    )
    as_of = DateField(
        _l("基準日"),
        [DataRequired(_l("基準日を入力してください（例：2026-11-23）。"))],
        description=_l("ファイルがいつ現在のものか"),
    )
    source = StringField(
        _l("取込元"),
        [
            DataRequired(_l("取込元を入力してください。")),
            Length(max=100, message=_l("100文字以内で入力してください。")),
        ],
        description=_l("例：住宅管理システム"),
    )
    reach = RadioField(
        _l("範囲"),
        [InputRequired(_l("範囲を選んでください。"))],
        choices=[SelectChoice(WHOLE, _l("全件")), SelectChoice(PART, _l("差分"))],
    )
    kinds = SelectMultipleField(
        _l("全件に含まれる債権種別"),
        description=_l("種別を選ぶと、選んだ種別の債権だけを、ファイルにないときの一覧の対象にします。"),
    )

    @classmethod
    def like(cls, intake: Intake) -> "UploadForm":
        """What was said of an earlier file stands there already."""
        reach = WHOLE if intake.whole else PART
        said = {"as_of": intake.as_of, "source": intake.source, "reach": reach, "profile": intake.profile}
        return cls(formdata=None, kinds=intake.kinds, **said)

    def offer(self, kinds: dict[str, str]) -> "UploadForm":
        """{code: name} of ours, to choose from."""
        self.kinds.choices = offered((code, f"{code} {name}") for code, name in kinds.items())
        return self

    def validate_file(self, field: FileField) -> None:
        limit = flask.current_app.config["MAX_UPLOAD_MB"]
        if field.data.seek(0, os.SEEK_END) > limit * 1024 * 1024:
            raise ValidationError(_("ファイルが大きすぎます（上限%(limit)sMB）。分けて送信してください。", limit=limit))
        field.data.seek(0)

    def validate_as_of(self, field: DateField) -> None:
        if field.data > day_of(scope.now()):
            raise ValidationError(_("基準日に先の日付は入力できません。"))
        if field.data < EARLIEST:
            raise ValidationError(_("基準日が古すぎます。年を確かめてください。"))

    @property
    def said(self) -> dict[str, Any]:
        """The form as the action wants it."""
        source = str(self.source.data).strip()
        whole = self.reach.data == WHOLE
        return {
            "as_of": self.as_of.data,
            "source": source,
            "whole": whole,
            "profile": self.profile.data or "ledger",
            "kinds": (self.kinds.data or []) if whole else [],
        }
