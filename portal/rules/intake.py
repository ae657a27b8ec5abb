"""What the check of a file says: a verdict for every record, and control totals (件数・金額)."""

from collections import defaultdict
from typing import NamedTuple

from portal.rules.ledger_record import Claim


class Judged(NamedTuple):
    """A record's verdict. Codes are sorted. Of a rejected or refused record no person, no amount and no key is kept.

    `line`: physical line, of XLSX the row, on which it starts. `balance`: yen. `again`: an equal record came before;
    it counts like that one and has no `record`, since a claim loads once.
    """

    line: int
    verdict: str
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    kind_code: str | None = None
    balance: int | None = None
    again: bool = False
    record: Claim | None = None


class Tally:
    """A count of records and the sum of their balances in yen."""

    def __init__(self) -> None:
        self.count = self.yen = 0

    def add(self, yen: int) -> None:
        self.count += 1
        self.yen += yen


class Totals:
    """Control totals over the judged records. Of refused records there is a count per kind, of rejected ones a count.

    `again`: those that repeat an earlier record; they are in the other totals too: records in = records accounted for.
    """

    def __init__(self) -> None:
        self.all, self.again = Tally(), Tally()
        self.verdicts, self.reasons, self.warnings = (defaultdict[str, Tally](Tally) for _ in range(3))
        self.kinds = defaultdict[str, defaultdict[str, Tally]](lambda: defaultdict(Tally))

    def add(self, judged: Judged) -> None:
        yen = judged.balance or 0
        self.all.add(yen)
        self.verdicts[judged.verdict].add(yen)
        if judged.kind_code:
            self.kinds[judged.kind_code][judged.verdict].add(yen)
        for reason in judged.reasons:
            self.reasons[reason].add(yen)
        for warning in judged.warnings:
            self.warnings[warning].add(yen)
        if judged.again:
            self.again.add(yen)

    def as_json(self) -> dict[str, object]:
        """{all: [count, yen], again: …, verdicts: {verdict: …}, kinds: {code: {verdict: …}}, reasons: …, warnings: …}."""

        def pairs(tallies: dict[str, Tally]) -> dict[str, list[int]]:
            return {code: [tally.count, tally.yen] for code, tally in sorted(tallies.items())}

        return {
            **pairs({"all": self.all, "again": self.again}),
            "verdicts": pairs(self.verdicts),
            "kinds": {code: pairs(verdicts) for code, verdicts in sorted(self.kinds.items())},
            "reasons": pairs(self.reasons),
            "warnings": pairs(self.warnings),
        }
