"""The sheet by which a person is handed to welfare, and what welfare writes."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from portal.rules import hardship, phones, urgency
from portal.web.choices import offered

FIELD_OF_FAULT = {
    "no_box": "boxes",
    "unknown_box": "boxes",
    "worst_not_chosen": "worst",
    "no_words": "words",
    "unknown_urgency": "urgency",
    "unknown_consent": "consent",
    "no_scope": "consent_scope",
    "scope_without_consent": "consent_scope",
}
LONG = Length(max=2000, message=_l("2,000文字以内で入力してください。"))
SHORT = Length(max=200, message=_l("200文字以内で入力してください。"))


class Must:
    """Marks a field （必須）; whether it is filled in is for the rules of the sheet to say."""

    field_flags = {"required": True}

    def __call__(self, form: FlaskForm, field: Any) -> None:
        pass


MUST = Must()


def _words(labels: dict[str, str]) -> list[tuple[str, Any]]:
    return [(code, _l(label)) for code, label in labels.items()]


class SheetForm(FlaskForm):
    """The rules of the sheet judge it (hardship.faults); here each fault finds its field."""

    urgency = RadioField(_l("緊急度"), [MUST], choices=offered(_words(urgency.LEVELS)), validate_choice=False)
    noticed_by = RadioField(
        _l("気づいたきっかけ"),
        [InputRequired(_l("気づいたきっかけを選んでください。"))],
        choices=offered(_words(hardship.NOTICED_BY)),
    )
    boxes = SelectMultipleField(
        _l("困りごと（あてはまるものすべて）"), [MUST], choices=offered(_words(hardship.BOXES)), validate_choice=False
    )
    worst = SelectField(
        _l("一番の困りごと（◎）"),
        choices=offered([("", _l("選ばない")), *_words(hardship.BOXES)]),
        validate_choice=False,
    )
    words = TextAreaField(
        _l("ご本人の言葉"),
        [MUST, LONG],
        description=_l("話されたとおりに書いてください。税のこと、ご本人が話していない病名や見立ては書きません。"),
    )
    consent = RadioField(
        _l("福祉へ伝えることへのご本人の同意"), [MUST], choices=offered(_words(hardship.CONSENT)), validate_choice=False
    )
    consent_scope = StringField(
        _l("同意の範囲"), [SHORT], description=_l("例：市の福祉部門に、電話番号と今日の話の内容を伝えること")
    )
    safe_times = StringField(_l("連絡してよい時間"), [SHORT], description=_l("例：平日の午前中"))
    safe_phone = StringField(_l("連絡してよい電話番号"), description=_l("ご本人が安全に話せる番号"))
    voicemail_ok = BooleanField(_l("留守番電話に伝言を残してよい"))

    def validate_safe_phone(self, field: StringField) -> None:
        try:
            field.number = phones.e164(field.data) if (field.data or "").strip() else None
        except ValueError:
            raise ValidationError(_l("電話番号として読めません。")) from None

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        for code in hardship.faults(self.sheet()):
            field = self[FIELD_OF_FAULT[code]]
            field.errors = [*field.errors, _l(hardship.FAULTS[code])]
            fine = False
        return fine

    def sheet(self) -> hardship.Sheet:
        return hardship.Sheet(
            boxes=tuple(self.boxes.data or ()), words=(self.words.data or "").strip(), urgency=self.urgency.data or "",
            consent=self.consent.data or "", worst=self.worst.data or None,
            consent_scope=(self.consent_scope.data or "").strip(),
        )  # fmt: skip


class DeclineForm(FlaskForm):
    reason = TextAreaField(
        _l("受任できない理由"),
        [InputRequired(_l("受任できない理由を入力してください。")), LONG],
        description=_l("債権管理課が判断に使います。委託先には表示されません。"),
    )


class NoteForm(FlaskForm):
    kind = RadioField(
        _l("種類"),
        [InputRequired(_l("種類を選んでください。"))],
        choices=offered([("contact", _l("連絡")), ("assessment", _l("見立て")), ("stage", _l("支援の段階"))]),
        default="contact",
    )
    stage = SelectField(
        _l("支援の段階"),
        choices=offered([("", _l("選ばない")), *((code, _l(hardship.OUTCOMES[code])) for code in hardship.STAGES)]),
        validate_choice=False,  # not on the page until welfare has accepted
    )
    body = TextAreaField(_l("内容"), [InputRequired(_l("内容を入力してください。")), LONG])

    def validate_stage(self, field: SelectField) -> None:
        if self.kind.data == "stage" and field.data not in hardship.STAGES:
            raise ValidationError(_l("支援の段階を選んでください。"))


class CloseForm(FlaskForm):
    outcome = SelectField(
        _l("支援の結果"),
        [InputRequired(_l("支援の結果を選んでください。"))],
        choices=offered(
            [("", _l("選んでください")), *((code, _l(hardship.OUTCOMES[code])) for code in hardship.WELFARES)]
        ),
    )
    body = TextAreaField(_l("まとめ"), [InputRequired(_l("まとめを入力してください。")), LONG])
