"""How a claim came to its last day (時効の計算経過): one step for the due date and one for each event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.i18n import N_
from portal.rules.kinds import Kind
from portal.rules.limitation import Event, end_of, last_day, period

WORDS = {
    "due": N_("納期限"),
    "demand": N_("督促の到達"),
    "acknowledgement": N_("債務の承認"),
    "judgment": N_("確定判決等"),
}
BASIS = {
    "due": N_("納期限の翌日から起算します（民法140条・143条）"),
    "demand": N_("最初の督促で更新します（地方自治法236条4項）"),
    "acknowledgement": N_("承認で更新します（民法152条）"),
    "judgment": N_("確定で更新し、以後10年です（民法147条2項・169条1項）"),
}
WITHOUT_EFFECT = N_("完成後のため、効果はありません")


@dataclass(frozen=True, slots=True)
class Step:
    """`kind` is "due" or an event's; `last_day` the last day before completion as it stood after this step."""

    kind: str
    on: date
    last_day: date
    moved: bool


def steps(kind: Kind, due_on: date, known: date | None, events: Sequence[Event]) -> tuple[Step, ...]:
    """The way to the `known` last day of the ledger; empty when neither period of the kind leads there.

    A partner's copy carries no day of the cause, so which period ran is found by trying, the likelier first.
    """
    ordered = sorted(events, key=lambda event: event.on)
    for years in (period(kind, due_on, None), kind.old_period_years, kind.new_period_years):
        if last_day(due_on, years, ordered) == known:
            return tuple(_walk(due_on, years, ordered))
    return ()


def years(way: Sequence[Step]) -> int:
    """The period that ran, of the steps of a claim: 5, or the longer or shorter one of before April 2020."""
    return way[0].last_day.year - way[0].on.year


def _walk(due_on: date, years: int, events: list[Event]) -> list[Step]:
    walked = [Step("due", due_on, end_of(due_on, years), True)]
    for count, event in enumerate(events, start=1):
        day = last_day(due_on, years, events[:count])
        walked.append(Step(event.kind, event.on, day, day != walked[-1].last_day))
    return walked
