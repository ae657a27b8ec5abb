"""What an agent writes down after a call, and what cannot be right about it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from portal.clock import combine, day_of
from portal.i18n import N_
from portal.rules.contact import OUTER_FROM, OUTER_UNTIL
from portal.rules.outcomes import OUTCOMES, RESULTS, outcomes_for

# Two of these, said by the person; the agent never reads them out.
IDENTITY = {"name": N_("氏名（フルネーム）"), "birth": N_("生年月日"), "address": N_("住所")}
IDENTIFIED = 2
MISTAKES = {
    "at": N_("引渡しの日から今までの日時を入力してください。"),
    "result": N_("架電結果を選んでください。"),
    "outcome": N_("この架電結果では選べない会話結果です。"),
    "date_needed": N_("日付を入力してください。"),
    "past": N_("通話の日以後の日付を入力してください。"),
    "far": N_("1年以内の日付を入力してください。"),
    "hour_needed": N_("時刻を入力してください。"),
    "hour_past": N_("通話より後の時刻を入力してください。"),
    "hours": N_("8:00から21:00までの間で、始まりと終わりの順に入力してください。"),
}


@dataclass(frozen=True)
class Said:
    """`next_on`: promised, asked for, or simply next; `next_from`, `next_until`: hours in Japan, as on the attempt."""

    result: str
    outcome: str | None = None
    identified: tuple[str, ...] = ()
    note: str | None = None
    next_on: date | None = None
    next_from: time | None = None
    next_until: time | None = None

    @property
    def asks_for(self) -> str | None:
        """promise, callback or named_time: the date this outcome cannot stand without."""
        return OUTCOMES[self.outcome].date if self.outcome else None

    @property
    def unidentified(self) -> bool:
        """The person was reached, and fewer than two things were said that only the person knows."""
        return self.result in RESULTS and RESULTS[self.result].talked and len(set(self.identified)) < IDENTIFIED


def whole(said: Said) -> Said:
    """With the outcome that the result itself already is (応答後切断 is a refusal); hours only where they mean something."""
    outcome = RESULTS[said.result].implies or said.outcome
    timed = outcome is not None and OUTCOMES[outcome].date in ("callback", "named_time")
    until = said.next_until if timed and outcome and OUTCOMES[outcome].date == "named_time" else None
    return replace(said, outcome=outcome, next_from=said.next_from if timed else None, next_until=until)


def mistakes(said: Said, at: datetime) -> dict[str, str]:
    """{field: code of MISTAKES} for a call that took place `at`; empty when the record can stand."""
    if said.result not in RESULTS:
        return {"result": "result"}
    if said.outcome and said.outcome not in outcomes_for(said.result):
        return {"outcome": "outcome"}
    found = {"next_on": _day(said, day_of(at)), "next_from": _hour(said, at), "next_until": _hours(said)}
    return {field: code for field, code in found.items() if code}


def _day(said: Said, called: date) -> str | None:
    if said.next_on is None:
        return "date_needed" if said.asks_for in ("promise", "callback") else None
    if said.next_on < called:
        return "past"
    return "far" if said.next_on > called + timedelta(days=366) else None


def _hour(said: Said, at: datetime) -> str | None:
    if said.asks_for not in ("callback", "named_time"):
        return None
    if said.next_from is None:
        return "hour_needed"
    if not OUTER_UNTIL <= said.next_from < OUTER_FROM:
        return "hours"
    soon = said.asks_for == "callback" and said.next_on and combine(said.next_on, said.next_from) <= at
    return "hour_past" if soon else None


def _hours(said: Said) -> str | None:
    if said.asks_for != "named_time":
        return None
    if said.next_until is None:
        return "hour_needed"
    return None if said.next_from and said.next_from < said.next_until <= OUTER_FROM else "hours"
