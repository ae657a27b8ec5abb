"""How urgent a hand-over to welfare is, and by when the city must have received and answered it.

生活困窮者自立支援法2条 asks for early support; the levels, their signals and clocks are the city's own settings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.clock import OFFICE_CLOSES, business_days_after, combine, day_of, in_japan, is_business_day
from portal.i18n import N_
from portal.rules import reading

LEVELS = {"emergency": N_("緊急"), "high": N_("高"), "medium": N_("中")}  # the most urgent first
WHAT_TO_DO = {
    "emergency": N_(
        "電話を切らずにSVを呼び、市の当直へすぐ電話します（目安15分）。命の危険があるときは110番・119番に通報します。"
    ),
    "high": N_("本日中に市へ送ります。市は翌営業日までに回答します。"),
    "medium": N_("2営業日以内に市が受け付け、5営業日以内に回答します。"),
}


@dataclass(frozen=True)
class Signal:
    level: str
    label: str


SIGNALS = {
    "suicide": Signal("emergency", N_("自殺・自傷をほのめかす言葉")),
    "no_food": Signal("emergency", N_("食べるものがない")),
    "utilities_cut": Signal("emergency", N_("ガス・水道・電気の停止")),
    "eviction_dated": Signal("emergency", N_("立退きの期日が決まっている")),
    "violence": Signal("emergency", N_("暴力を受けている")),
    "child_at_risk": Signal("emergency", N_("子どもに危険がある")),
    "jobless": Signal("high", N_("失業している")),
    "several_claims": Signal("high", N_("お預かりしている債権が複数ある")),
    "many_debts": Signal("high", N_("多重債務")),
    "illness": Signal("high", N_("病気")),
    "pregnancy": Signal("high", N_("妊娠")),
    "eviction_threat": Signal("high", N_("立退きを求められている")),
    "income_fell": Signal("medium", N_("収入が減った")),
    "single_parent": Signal("medium", N_("ひとり親")),
    "care": Signal("medium", N_("介護")),
    "wages_late": Signal("medium", N_("給料の遅れ")),
}


@dataclass(frozen=True)
class Helpline:
    """A number to give to the person; `hours` as it is said."""

    name: str
    number: str
    hours: str


POLICE, AMBULANCE = "110", "119"
HELPLINES = (
    Helpline(N_("よりそいホットライン"), "0120-279-338", N_("24時間")),
    Helpline(N_("#いのちSOS"), "0120-061-338", N_("受付時間は団体の案内による")),
    Helpline(N_("こころの健康相談統一ダイヤル"), "0570-064-556", N_("受付時間は地域による")),
)
EMERGENCY_MINUTES = 15
BUSINESS_DAYS = {"emergency": (0, 0), "high": (0, 1), "medium": (2, 5)}  # to acknowledge, to answer


def level(signals: Iterable[str]) -> str | None:
    """The most urgent level of these signals; None when there is none. KeyError for an unknown signal."""
    found = {SIGNALS[signal].level for signal in signals}
    return next((name for name in LEVELS if name in found), None)


def due(urgency: str, at: datetime) -> tuple[datetime, datetime]:
    """(acknowledge_by, answer_by) of what was sent at `at`. KeyError for an unknown urgency.

    Business days end at 17:15; what comes after that, or on a closed day, counts from the next business day.
    An emergency is acknowledged within 15 minutes at any hour, by the duty line.
    """
    acknowledge, answer = (_close(at, days) for days in BUSINESS_DAYS[urgency])
    if urgency == "emergency":
        acknowledge = in_japan(at) + timedelta(minutes=EMERGENCY_MINUTES)
    return acknowledge, max(acknowledge, answer)


def _close(at: datetime, days: int) -> datetime:
    day = day_of(at)
    if is_business_day(day) and in_japan(at) > combine(day, OFFICE_CLOSES):
        day += timedelta(days=1)
    return combine(business_days_after(day, days), OFFICE_CLOSES)


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """{"at", "urgency" or "signals"} -> {"urgency", "acknowledge_by", "answer_by"}; ValueError names what is wrong."""
    reading.fields(question, ("at",), ("urgency", "signals"))
    urgency = _urgency(question)
    acknowledge, reply = due(urgency, reading.instant(question["at"], "at"))
    return {"urgency": urgency, "acknowledge_by": acknowledge.isoformat(), "answer_by": reply.isoformat()}


def _urgency(question: dict[str, Any]) -> str:
    if ("urgency" in question) == ("signals" in question):
        raise ValueError("urgencyとsignalsのどちらか一つを書きます")
    if "urgency" in question:
        return reading.one_of(question["urgency"], LEVELS, "urgency")
    signals = reading.many(question["signals"], "signals")
    found = level(reading.one_of(signal, SIGNALS, "signals") for signal in signals)
    if found is None:
        raise ValueError("signalsが空です")
    return found
