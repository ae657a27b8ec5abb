"""One claim after the other: due at month's end, a first 督促 some weeks later, now and then a payment or a signature."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from factory.random import randgen

from demo import town
from demo.leads import LEADS
from demo.people import Resident

AS_OF = date(2026, 10, 31)
LOANS = ("206", "207", "209")
PUBLIC = ("301", "303", "306", "308", "364")
MEMOS = ("分納相談歴あり", "納付書再発行済み", "電話は夕方以降", "折衝記録：別紙参照")
MONTHS_OF = {lead.key: lead.months for lead in LEADS}


@dataclass
class Owed:
    """One claim. `assessed`, `paid`, `late_charge` in yen."""

    resident: Resident
    kind: str
    fiscal_year: int
    instalment: int
    summary: str
    assessed: int
    paid: int
    late_charge: int
    due: date
    sent: date | None
    arrived: date | None
    cause: date
    acknowledged: date | None
    judged: date | None
    memo: str

    @property
    def balance(self) -> int:
        return self.assessed - self.paid

    @property
    def excluded(self) -> bool:
        """By a mark on the person, or: paid, not due, not demanded, or dead by its period."""
        last = max(day for day in (self.due, self.sent, self.acknowledged, self.judged) if day)
        barred = self.kind in PUBLIC and last < AS_OF - timedelta(days=5 * 365 + 10)
        return bool(self.resident.flags) or not self.balance or self.due >= AS_OF or not self.sent or barred


@dataclass(frozen=True)
class Pile:
    """All that a person owes of one kind, in yen; `words`: the flat, school or quarter it is for."""

    who: Resident
    kind: town.Kind
    yen: int
    words: dict[str, str]

    def claims(self, months: tuple[int, int]) -> Iterator[Owed]:
        """Back from the newest, which was due `months` (from, up to) ago and takes the rest of the amount."""
        count = min(max(1, round(self.yen / self.kind.unit)), 12)
        each = self.yen // count // 100 * 100
        newest = randgen.randint(months[0], max(months[0], months[1] - count * self.kind.months - 1))
        for nth in range(count):
            due = _month_end(newest + nth * self.kind.months)
            yield _claim(self, due, count - nth, each if nth else self.yen - each * (count - 1))
        if not self.who.lead and randgen.random() < 0.05:
            yield _claim(self, _month_end(newest + count * self.kind.months), count + 1, 0)


def _month_end(months_ago: int) -> date:
    year, month = divmod(AS_OF.year * 12 + AS_OF.month - 1 - months_ago, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _claim(pile: Pile, due: date, nth: int, balance: int) -> Owed:
    who, code = pile.who, pile.kind.code
    paid = pile.kind.unit // 2 // 100 * 100 if not balance or randgen.random() < 0.12 else 0
    sent = _sent(who, due)
    late = round(balance * 0.03, -2) if balance >= 20_000 and due < AS_OF - timedelta(days=365) else 0
    return Owed(
        resident=who,
        kind=code,
        fiscal_year=due.year - (due.month < 4),
        instalment=nth,
        summary=_summary(pile, due, nth),
        assessed=balance + paid,
        paid=paid,
        late_charge=int(late),
        due=due,
        sent=sent,
        arrived=sent + timedelta(days=3) if sent and sent < AS_OF - timedelta(3) and randgen.random() < 0.4 else None,
        cause=due - timedelta(days=randgen.randint(1500, 3800) if code in LOANS else 45),
        acknowledged=_acknowledged(who, due),
        judged=_judged(who, code, due),
        memo=randgen.choice(MEMOS) if randgen.random() < 0.1 else "",
    )


def _sent(who: Resident, due: date) -> date | None:
    sent = due + timedelta(days=randgen.randint(20, 27))
    return sent if sent <= AS_OF and (who.lead or randgen.random() < 0.98) else None


def _acknowledged(who: Resident, due: date) -> date | None:
    """Old claims live on mostly because something was paid or signed; one in ten was forgotten."""
    if who.lead or due > AS_OF - timedelta(days=4 * 365) or randgen.random() < 0.1:
        return None
    return min(due + timedelta(days=randgen.randint(900, 1600)), AS_OF - timedelta(days=40))


def _judged(who: Resident, code: str, due: date) -> date | None:
    """Some former tenants lost in court long ago."""
    judged = due + timedelta(days=500)
    return judged if code == "202" and not who.lead and judged < AS_OF and randgen.random() < 0.06 else None


def _summary(pile: Pile, due: date, nth: int) -> str:
    year = f"令和{due.year - 2018 - (due.month < 4)}" if (due.year, due.month) >= (2020, 4) else "令和元"
    return pile.kind.summary.format(**pile.words, month=due.month, day=randgen.randint(1, 28), year=year, nth=nth)
