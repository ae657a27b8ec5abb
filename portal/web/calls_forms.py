"""What is written down after a call."""

from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectMultipleField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as Maybe

from portal.actions.cases import Screen
from portal.clock import combine
from portal.i18n import N_
from portal.rules.call_record import IDENTITY, MISTAKES, Said
from portal.rules.contact_facts import CHANNELS
from portal.rules.outcomes import OUTCOMES, RESULTS, STEPS, follow
from portal.web.choices import grouped, offered

REACHED, NOT_REACHED, NO_USE = N_("つながった"), N_("つながらなかった"), N_("拒否・番号が使えない")
ORDER = ("continue", "refer", "return_to_city", "hold")
BAD_NUMBERS = ("15", "16", "17", "18", "20")


class Day(DateField):
    def process_formdata(self, given: list[Any]) -> None:
        self.data = _read(given, date.fromisoformat, gettext("日付は「2026-12-01」の形で入力してください。"))


class Hour(TimeField):
    def process_formdata(self, given: list[Any]) -> None:
        self.data = _read(given, time.fromisoformat, gettext("時刻は「18:30」の形で入力してください。"))


def _read(given: list[Any], read: Any, wrong: str) -> Any:
    if not given or not given[0].strip():
        return None
    try:
        return read(given[0].strip())
    except ValueError as error:
        raise ValueError(wrong) from error


class CallForm(FlaskForm):
    """`version`: of the case as it was shown."""

    result = RadioField(_l("架電結果"), [InputRequired(_l("架電結果を選んでください。"))], validate_choice=False)
    outcome = RadioField(_l("会話結果"), validate_choice=False, description=_l("伺ったお話があるときだけ選びます。"))
    identified = SelectMultipleField(
        _l("本人確認できたもの"), choices=offered((code, _l(label)) for code, label in IDENTITY.items()),
        validate_choice=False, description=_l("ご本人に言っていただいたものだけを選びます。二つで確認できます。"),
    )  # fmt: skip
    next_on = Day(_l("次回・納付予定の日"), [Maybe()], description=_l("空欄のときは、結果に応じて決まります。"))
    next_from = Hour(_l("時刻（から）"), [Maybe()])
    next_until = Hour(_l("時刻（まで）"), [Maybe()])
    note = TextAreaField(
        _l("記録"), [Length(max=2000, message=_l("2,000文字以内で入力してください。"))],
        description=_l("ご本人が話されたことを、そのまま書きます。税に関することは書きません。"),
    )  # fmt: skip
    version = HiddenField()

    def offer(self, screen: Screen) -> "CallForm":
        """The results and outcomes in words, outcomes under what will follow for this kind of partner."""
        self.result.choices = grouped(results())
        self.outcome.choices = grouped(outcomes(screen.by.org_kind, screen.servicer_may))
        return self

    def said(self) -> Said:
        return Said(
            result=self.result.data or "", outcome=self.outcome.data or None,
            identified=tuple(code for code in IDENTITY if code in (self.identified.data or [])),
            note=(self.note.data or "").strip() or None, next_on=self.next_on.data,
            next_from=self.next_from.data, next_until=self.next_until.data,
        )  # fmt: skip

    def seen(self) -> int:
        """The version of the case that the form showed; -1, which no case has, when there is none."""
        shown = self.version.data or ""
        return int(shown) if shown.isdecimal() and len(shown) < 10 else -1

    def blame(self, fields: dict[str, str]) -> None:
        for name, code in fields.items():
            self[name].errors = [*self[name].errors, gettext(MISTAKES[code])]


class PastCallForm(CallForm):
    """A call that took place already."""

    at_on = Day(_l("通話の日"), [InputRequired(_l("通話の日を入力してください。"))])
    at_time = Hour(_l("通話の時刻"), [InputRequired(_l("通話の時刻を入力してください。"))])
    channel = RadioField(
        _l("かけた・かかってきた"), [InputRequired(_l("どちらかを選んでください。"))],
        choices=offered((code, _l(CHANNELS[code])) for code in ("call", "incoming")),
    )  # fmt: skip
    number = RadioField(_l("かけた番号"), [Maybe()], validate_choice=False)

    def offer(self, screen: Screen) -> "PastCallForm":
        super().offer(screen)
        self.number.choices = offered((number.slot, number.shown) for number in screen.numbers)
        return self

    def at(self) -> datetime:
        return combine(self.at_on.data, self.at_time.data)


def results() -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {gettext(REACHED): [], gettext(NOT_REACHED): [], gettext(NO_USE): []}
    for code, result in RESULTS.items():
        group = NO_USE if code in BAD_NUMBERS else REACHED if result.reached else NOT_REACHED
        groups[gettext(group)].append((code, gettext(result.label)))
    return groups


def outcomes(partner_kind: str, servicer_may: bool) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {gettext(STEPS[step]): [] for step in ORDER}
    for code, outcome in OUTCOMES.items():
        step = follow(partner_kind, code, servicer_may).step
        groups[gettext(STEPS[step])].append((code, gettext(outcome.label)))
    return {words: cards for words, cards in groups.items() if cards}
