"""The form in which the desk says what a file's columns and kind codes mean."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from portal.rules.ledger_layout import COLUMNS, NEVER_EMPTY
from portal.rules.ledger_mapping import MARKS, Mapping, guess, may_be_fixed
from portal.web.choices import offered

HERE, LACKS, NONE_OF_OURS = "column-", "none", "-"
SOURCE = "取込元"


class MappingForm(FlaskForm):
    """Made by `form_for`: a choice for each of our columns (`column_<n>`) and each of its codes (`kind_<n>`)."""

    source_code = StringField(
        _l("取込元の番号"), description=_l("ファイルに取込元の列がないときだけ。例：01（空欄も可）")
    )

    names: Sequence[str]
    codes: Sequence[str]
    city_codes: Sequence[str]

    @property
    def columns(self) -> list[Any]:
        return [self[f"column_{at}"] for at in range(len(COLUMNS))]

    @property
    def kinds(self) -> list[Any]:
        return [self[f"kind_{at}"] for at in range(len(self.codes))]

    @property
    def mapping(self) -> Mapping:
        """What was chosen, whether or not it will do."""
        said = dict(zip(COLUMNS, (field.data or "" for field in self.columns), strict=True))
        headings = {ours: self.names[int(its[len(HERE) :])] for ours, its in said.items() if its.startswith(HERE)}
        fixed = {ours: self._value(ours) for ours, its in said.items() if its == LACKS}
        chosen = zip(self.codes, (field.data for field in self.kinds), strict=True)
        kinds = {code: "" if ours == NONE_OF_OURS else ours for code, ours in chosen if ours}
        return Mapping(headings, fixed, kinds)

    def _value(self, column: str) -> str:
        if column == "自治体コード":
            return self.city_codes[0]
        if column == SOURCE:
            return (self.source_code.data or "").strip()
        return "0" if column in MARKS else ""

    def validate_source_code(self, field: StringField) -> None:
        if not may_be_fixed(SOURCE, (field.data or "").strip(), self.city_codes):
            raise ValidationError(_("20字以内の英数字で入力してください（例：01）。"))

    def validate(self, extra_validators: Any = None) -> bool:
        return bool(super().validate(extra_validators)) and self._sound()

    def _sound(self) -> bool:
        mapping, right = self.mapping, True
        twice, forbidden = set(mapping.twice()), set(mapping.forbidden())
        for ours, field in zip(COLUMNS, self.columns, strict=True):
            heading = mapping.headings.get(ours)
            if not field.data:
                field.errors = [_("どの見出しかを選んでください。")]
            elif heading in twice:
                field.errors = [_("同じ見出しを2つの項目に使うことはできません。")]
            elif heading in forbidden:
                field.errors = [_("個人番号の列は使えません。ファイルから列ごと除いてください。")]
            right = right and not field.errors
        return right


def form_for(
    seen: dict[str, Any], kinds: Sequence[tuple[str, str]], city_codes: Sequence[str], **more: Any
) -> MappingForm:
    """`seen`: what the check's preview says of the file; `kinds`: (code, words) of ours; `more`: as a form takes it."""
    names, codes = seen["header"], list(seen["codes"] or ())
    headings = offered((f"{HERE}{at}", name) for at, name in enumerate(names))
    fields = {
        f"column_{at}": SelectField(ours, choices=[*offered([("", _("選んでください"))]), *headings, *_lacking(ours)],
                                    validators=[], description=_hint(ours))
        for at, ours in enumerate(COLUMNS)
    } | {
        f"kind_{at}": SelectField(_("「%(code)s」（%(n)s件）", code=code, n=f"{seen['codes'][code]:,}"),
                                  choices=offered([("", _as_it_is(code, dict(kinds))), *kinds, (NONE_OF_OURS, _("どれにも当たらない（取り込まない）"))]))
        for at, code in enumerate(codes)
    }  # fmt: skip
    about = {"names": names, "codes": codes, "city_codes": city_codes}
    return type("MappingForm", (MappingForm,), {**fields, **about})(**more)


def _lacking(ours: str) -> list[Any]:
    if ours == "自治体コード":
        return offered([(LACKS, _("ファイルにない（すべて本市とする）"))])
    if ours == SOURCE:
        return offered([(LACKS, _("ファイルにない（下の番号とする）"))])
    if ours in MARKS:
        return offered([(LACKS, _("ファイルにない（すべて該当なしとする）"))])
    return [] if ours in NEVER_EMPTY else offered([(LACKS, _("ファイルにない（空欄とする）"))])


def _hint(ours: str) -> str:
    if ours == "支援措置":
        return _("列がないファイルでは、支援措置の対象の方を見分けられません。")
    if ours == "原因発生日":
        return _("空欄では判定できない債権種別があり、その債権は取り込みません。")
    return ""


def _as_it_is(code: str, kinds: dict[str, str]) -> str:
    if code in kinds:
        return _("そのまま（%(kind)s）", kind=kinds[code])
    return _("そのまま（登録のない種別として記載不備になります）")


def said(mapping: Mapping | None, seen: dict[str, Any]) -> dict[str, str]:
    """How the form stands when it opens: as the source was mapped before, and the rest as the headings suggest."""
    names = seen["header"]
    guessed = guess(names)
    known = {ours: its for ours, its in mapping.headings.items() if its in names} if mapping else {}
    fixed = mapping.fixed if mapping else {}
    headings = known | {
        ours: its
        for ours, its in guessed.items()
        if ours not in known and ours not in fixed and its not in known.values()
    }
    chosen = {ours: f"{HERE}{names.index(its)}" for ours, its in headings.items()} | dict.fromkeys(fixed, LACKS)
    columns = {f"column_{at}": chosen.get(ours, "") for at, ours in enumerate(COLUMNS)}
    kinds = mapping.kinds if mapping else {}
    codes = {f"kind_{at}": _chosen(kinds.get(code)) for at, code in enumerate(seen["codes"] or ())}
    return {**columns, **codes, "source_code": fixed.get(SOURCE, "")}


def _chosen(ours: str | None) -> str:
    return "" if ours is None else ours or NONE_OF_OURS
