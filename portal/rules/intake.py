"""What the check of a file says: a verdict for every record, and control totals (件数・金額)."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple


class Judged(NamedTuple):
    """A record's verdict. Codes are sorted. Of a rejected or refused record no person, no amount and no key is kept.

    `line`: physical line, of XLSX the row, on which it starts. `balance`: yen. `again`: an equal record came before;
    it counts like that one, and a claim loads once.
    """

    line: int
    verdict: str
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    kind_code: str | None = None
    balance: int | None = None
    again: bool = False


@dataclass(slots=True)
class Tally:
    """A count of records and the sum of their balances in yen."""

    count: int = 0
    yen: int = 0


class Totals:
    """Control totals over the judged records. Of refused records there is a count per kind, of rejected ones a count.

    `again`: those that repeat an earlier record; they are in the other totals too: records in = records accounted for.
    """

    def __init__(self) -> None:
        self._like = defaultdict[tuple[Any, ...], Tally](Tally)

    def add(self, judged: Judged) -> None:
        _, *kept, balance, again = judged
        tally = self._like[(*kept, again)]
        tally.count += 1
        tally.yen += balance or 0

    @property
    def all(self) -> Tally:
        return self._by(lambda *_: ("",))[""]

    @property
    def again(self) -> Tally:
        return self._by(lambda *like: ("",) if like[-1] else ())[""]

    @property
    def verdicts(self) -> dict[str, Tally]:
        return self._by(lambda verdict, *_: (verdict,))

    @property
    def reasons(self) -> dict[str, Tally]:
        return self._by(lambda _verdict, reasons, *_: reasons)

    @property
    def warnings(self) -> dict[str, Tally]:
        return self._by(lambda _verdict, _reasons, warnings, *_: warnings)

    @property
    def kinds(self) -> dict[str, dict[str, Tally]]:
        """{kind code: {verdict: …}}, of rejected records none."""
        codes = sorted({like[3] for like in self._like if like[3]})
        return {code: self._by(lambda verdict, *like: (verdict,) * (like[2] == code)) for code in codes}  # noqa: B023

    def _by(self, heads: Callable[..., Iterable[str]]) -> defaultdict[str, Tally]:
        tallies = defaultdict[str, Tally](Tally)
        for like, tally in self._like.items():
            for head in heads(*like):
                tallies[head].count += tally.count
                tallies[head].yen += tally.yen
        return tallies

    def as_json(self) -> dict[str, object]:
        """{all: [count, yen], again: …, verdicts: {verdict: …}, kinds: {code: {verdict: …}}, reasons: …, warnings: …}."""
        return {
            **_pairs({"all": self.all, "again": self.again}),
            "verdicts": _pairs(self.verdicts),
            "kinds": {code: _pairs(verdicts) for code, verdicts in self.kinds.items()},
            "reasons": _pairs(self.reasons),
            "warnings": _pairs(self.warnings),
        }


def _pairs(tallies: dict[str, Tally]) -> dict[str, list[int]]:
    return {code: [tally.count, tally.yen] for code, tally in sorted(tallies.items())}
