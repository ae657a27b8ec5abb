"""What the people owe: amounts and ages in the shares of `town`, and who may not be entrusted."""

from collections.abc import Sequence
from datetime import date

from factory.random import randgen

from demo import town
from demo.owed import AS_OF, MONTHS_OF, Owed, Pile
from demo.people import Resident


def of(residents: Sequence[Resident]) -> list[Owed]:
    """All claims; then as many people are marked as it takes for the share that may not be entrusted."""
    piles = _piles(residents)
    randgen.shuffle(piles)
    got, owed = [0] * len(town.AGES), []
    for pile in piles:
        claims = list(pile.claims(_months(pile, got)))
        for claim in claims:
            got[_place(claim.due)] += claim.balance
        owed += claims
    _mark(residents, owed)
    return owed


def _piles(residents: Sequence[Resident]) -> list[Pile]:
    """The kind's average, unevenly spread over its people."""
    piles = []
    for kind in town.KINDS:
        whose = [who for who in residents if kind.code in who.kinds]
        shares = [randgen.lognormvariate(0, 0.4 if who.lead else 0.8) for who in whose]
        unit = kind.millions * 1_000_000 / kind.people * len(whose) / sum(shares)
        for who, share in zip(whose, shares, strict=True):
            piles.append(Pile(who, kind, max(round(unit * share / 100) * 100, 1_000), _words()))
    return piles


def _words() -> dict[str, str]:
    return {
        "estate": f"{randgen.choice(town.ESTATES)}{randgen.randint(1, 9)}号棟",
        "quarter": randgen.choice(list(town.QUARTERS)),
        "school": randgen.choice(town.SCHOOLS),
        "club": randgen.choice(town.CLUBS),
    }


def _months(pile: Pile, got: list[int]) -> tuple[int, int]:
    """The age that is furthest behind its share of the amount; of a lead, what the part asks for."""
    if pile.who.lead:
        return MONTHS_OF[pile.who.lead]
    total = sum(got) + pile.yen
    behind = [share * total - had for (*_, share), had in zip(town.AGES, got, strict=True)]
    first, until, _ = town.AGES[behind.index(max(behind))]
    return first, until


def _place(due: date) -> int:
    months = (AS_OF.year - due.year) * 12 + AS_OF.month - due.month
    return next((n for n, (_, end, _) in enumerate(town.AGES) if months < end), len(town.AGES) - 1)


def _mark(residents: Sequence[Resident], owed: Sequence[Owed]) -> None:
    """Marks people (生活保護, 分納中, …) until the share of excluded claims is reached."""
    wanted, counts = town.EXCLUDED * len(owed), dict.fromkeys((who.number for who in residents), 0)
    for claim in owed:
        counts[claim.resident.number] += not claim.excluded
    excluded = len(owed) - sum(counts.values())
    marks = [flag for flag, share in town.FLAGS.items() for _ in range(share)]
    people = [who for who in residents if not who.lead]
    randgen.shuffle(marks)
    randgen.shuffle(people)
    for nth, who in enumerate(people):
        if excluded >= wanted:
            return
        who.flags = (marks[nth % len(marks)],)
        excluded += counts[who.number]
