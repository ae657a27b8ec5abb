"""What the contact rule is asked: a moment, a place, and all that is known of one person. Instants carry their offset."""

from dataclasses import dataclass
from datetime import date, datetime, time

from portal.clock import is_weekend_or_holiday
from portal.i18n import N_

CHANNELS = {"call": N_("架電"), "incoming": N_("受電"), "letter": N_("郵便"), "sms": N_("SMS")}
PLACES = {"home": N_("自宅"), "mobile": N_("本人の携帯電話"), "workplace": N_("勤務先"), "other": N_("その他の場所")}
Span = tuple[time, time]  # from the first up to, not including, the second


@dataclass(frozen=True)
class Hours:
    """The contract's hours of one day of the week, and the days it does not call at all. None: no calls on such days."""

    weekday: Span | None = (time(9), time(20))
    weekend: Span | None = (time(9), time(17))
    closures: frozenset[date] = frozenset()

    def on(self, day: date) -> Span | None:
        if day in self.closures:
            return None
        return self.weekend if is_weekend_or_holiday(day) else self.weekday


@dataclass(frozen=True)
class Named:
    """A time the person named (連絡時間指定). `days`: Monday is 0; empty means every day."""

    span: Span
    days: frozenset[int] = frozenset()

    def on(self, day: date) -> bool:
        return not self.days or day.weekday() in self.days


@dataclass(frozen=True)
class Past:
    """One contact that took place, whoever made it. `talked`: with the person."""

    at: datetime
    channel: str = "call"
    talked: bool = False


@dataclass(frozen=True)
class Person:
    """`requested_at`: the moment for which the person asked to be called; the first call after it uses it up."""

    named_times: tuple[Named, ...] = ()
    holds: tuple[str, ...] = ()
    stopped_numbers: frozenset[str] = frozenset()
    requested_at: datetime | None = None


@dataclass(frozen=True)
class Limits:
    """Dated settings of the city; the defaults are proposals, no law names an upper limit."""

    day: int = 3
    week: int = 7
    conversations: int = 1
    rest_days: int = 7
    spacing_minutes: int = 120
    letters: int = 2
    letter_days: int = 30


@dataclass(frozen=True)
class Question:
    at: datetime
    channel: str = "call"
    place: str = "home"
    number: str | None = None
    hours: Hours = Hours()
    person: Person = Person()
    history: tuple[Past, ...] = ()
    limits: Limits = Limits()
