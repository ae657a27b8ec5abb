"""What the people owe: amounts, ages and days in the shares of `town`, and who may not be entrusted."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from factory.random import randgen

from demo import town
from demo.people import Resident

AS_OF = date(2026, 10, 31)
LOANS = ("206", "207", "209")
PUBLIC = ("301", "303", "306", "308", "364")
MEMOS = ("分納相談歴あり", "納付書再発行済み", "電話は夕方以降", "折衝記録：別紙参照")


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
        """Already without a mark on the person: paid, not due, not demanded, or dead by its period."""
        last = max(day for day in (self.due, self.sent, self.acknowledged, self.judged) if day)
        barred = self.kind in PUBLIC and last < AS_OF - timedelta(days=5 * 365 + 10)
        return bool(self.resident.flags) or not self.balance or self.due >= AS_OF or not self.sent or barred


def of(residents: Sequence[Resident]) -> list[Owed]:
    """All claims; then as many people are marked as it takes for the share that may not be entrusted."""
    piles = _piles(residents)
    randgen.shuffle(piles)
    got, owed = [0] * len(town.AGES), []
    for who, kind, yen in piles:
        claims = list(_claims(who, kind, yen, _age(who, yen, got)))
        for claim in claims:
            got[_place(claim.due)] += claim.balance
        owed += claims
    _mark(residents, owed)
    return owed


def _piles(residents: Sequence[Resident]) -> list[tuple[Resident, town.Kind, int]]:
    """(who, kind, yen): the kind's average, unevenly spread over its people."""
    piles = []
    for kind in town.KINDS:
        whose = [who for who in residents if kind.code in who.kinds]
        shares = [1.0 if who.lead else randgen.lognormvariate(0, 0.8) for who in whose]
        total = kind.millions * 1_000_000 / kind.people * len(whose)
        piles += [
            (who, kind, max(round(total * s / sum(shares) / 100) * 100, 1_000))
            for who, s in zip(whose, shares, strict=True)
        ]
    return piles


def _age(who: Resident, yen: int, got: list[int]) -> tuple[int, int]:
    """The age that is furthest behind its share of the amount. Leads owe what a partner may be given."""
    if who.lead:
        return (64, 78) if who.lead == "old_debt" else (12, 36)
    behind = [share * (sum(got) + yen) - had for (_, _, share), had in zip(town.AGES, got, strict=True)]
    return town.AGES[behind.index(max(behind))][:2]


def _place(due: date) -> int:
    months = (AS_OF.year - due.year) * 12 + AS_OF.month - due.month
    return next((n for n, (_, end, _) in enumerate(town.AGES) if months < end), len(town.AGES) - 1)


def _claims(who: Resident, kind: town.Kind, yen: int, age: tuple[int, int]) -> Iterator[Owed]:
    """One after the other, back from the newest; the last takes the rest of the amount."""
    count = min(max(1, round(yen / kind.unit)), 12)
    each = yen // count // 100 * 100
    newest = randgen.randint(age[0], max(age[0], age[1] - count * kind.months - 1))
    for nth in range(count):
        due = _month_end(newest + nth * kind.months)
        balance = each if nth else yen - each * (count - 1)
        yield _claim(who, kind, due, count - nth, balance)
    if not who.lead and randgen.random() < 0.05:
        yield _claim(who, kind, _month_end(newest + count * kind.months), count + 1, 0)


def _month_end(months_ago: int) -> date:
    year, month = divmod(AS_OF.year * 12 + AS_OF.month - 1 - months_ago, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _claim(who: Resident, kind: town.Kind, due: date, nth: int, balance: int) -> Owed:
    paid = kind.unit // 2 // 100 * 100 if not balance or randgen.random() < 0.12 else 0
    sent = due + timedelta(days=randgen.randint(20, 27)) if who.lead or randgen.random() < 0.98 else None
    sent = sent if sent and sent <= AS_OF else None
    judged = due + timedelta(days=500) if kind.code == "202" and randgen.random() < 0.06 else None
    late = round(balance * 0.03, -2) if balance >= 20_000 and due < date(2025, 10, 31) else 0
    return Owed(
        resident=who,
        kind=kind.code,
        fiscal_year=due.year - (due.month < 4),
        instalment=nth,
        summary=_summary(kind, due, nth),
        assessed=balance + paid,
        paid=paid,
        late_charge=int(late),
        due=due,
        sent=sent,
        arrived=sent + timedelta(days=3)
        if sent and sent < AS_OF - timedelta(days=5) and randgen.random() < 0.4
        else None,
        cause=due - timedelta(days=randgen.randint(1500, 3800) if kind.code in LOANS else 45),
        acknowledged=_acknowledged(who, due),
        judged=judged if judged and judged < AS_OF else None,
        memo=randgen.choice(MEMOS) if randgen.random() < 0.1 else "",
    )


def _acknowledged(who: Resident, due: date) -> date | None:
    """Old claims live on mostly because something was paid or signed; one in ten was forgotten."""
    if who.lead == "old_debt" or due > AS_OF - timedelta(days=4 * 365) or randgen.random() < 0.1:
        return None
    return min(due + timedelta(days=randgen.randint(900, 1600)), AS_OF - timedelta(days=40))


def _summary(kind: town.Kind, due: date, nth: int) -> str:
    return kind.summary.format(
        estate=randgen.choice(town.ESTATES), block=randgen.randint(1, 9), quarter=randgen.choice(list(town.QUARTERS)),
        school=randgen.choice(town.SCHOOLS), club=randgen.choice(town.CLUBS), month=due.month, day=randgen.randint(1, 28),
        year=f"令和{due.year - 2018 - (due.month < 4)}" if due.year > 2019 else "平成30", nth=nth,
    )  # fmt: skip


def _mark(residents: Sequence[Resident], owed: Sequence[Owed]) -> None:
    wanted = town.EXCLUDED * len(owed)
    counts: dict[str, int] = {}
    for claim in owed:
        if not claim.excluded:
            counts[claim.resident.number] = counts.get(claim.resident.number, 0) + 1
    excluded = len(owed) - sum(counts.values())
    marks = [flag for flag, share in town.FLAGS.items() for _ in range(share)]
    randgen.shuffle(marks)
    people = [who for who in residents if not who.lead]
    randgen.shuffle(people)
    for nth, who in enumerate(people):
        if excluded >= wanted:
            return
        who.flags = (marks[nth % len(marks)],)
        excluded += counts.get(who.number, 0)
