"""The next whole extract of the same source, three weeks on: some claims paid, some people marked, a few claims not there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from demo import doubles, intake, ledger, town
from demo.moments import moment
from demo.owed import Owed
from demo.people import Resident
from demo.stage import Stage

FILE = ("滞納債権台帳_20261120.csv", date(2026, 11, 20), True)
AT = moment("11-24 08:50")
VANISHED = 182  # at scale 1
PAYS, MOVES = 15, 30  # every so many-th claim is paid in part; every so many-th person has moved
# what the extract says of leads now: by hand the desk knew of the first before
MARKED = {"fled": "支援措置", "went_bankrupt": "破産", "pays_monthly": "分納中"}
SETTLED = "paid_up"


def stands(owed: Sequence[Owed], placed: set[str], scale: float) -> list[Owed]:
    """The claims of that day. `placed`: numbers of people whose claims a partner has; half of what is gone is theirs."""
    gone = _gone(owed, placed, max(round(VANISHED * scale), 2))
    people = _people(owed)
    left = [replace(claim, resident=people[claim.resident.number]) for n, claim in enumerate(owed) if n not in gone]
    return [*(_paid(claim, n) for n, claim in enumerate(left)), *doubles.owed()]


def load(stage: Stage, owed: Sequence[Owed], residents: Sequence[Resident]) -> None:
    records = [ledger.record(claim) for claim in owed]
    intake.load(stage, FILE, ledger.as_csv([*records, *ledger.taxes(residents, len(town.TAXES))]), AT)


def _gone(owed: Sequence[Owed], placed: set[str], count: int) -> set[int]:
    """Places of the claims that are not mentioned any more, spread over the ledger."""
    some = [n for n, claim in enumerate(owed) if not claim.resident.lead and claim.balance]
    at_partners = [n for n in some if owed[n].resident.number in placed]
    half = _spread(at_partners, count // 2)
    others = [n for n in some if n not in half and owed[n].resident.number not in placed]
    return half | _spread(others, count - len(half))


def _spread(places: list[int], count: int) -> set[int]:
    return set(places[:: max(len(places) // max(count, 1), 1)][:count])


def _people(owed: Sequence[Owed]) -> dict[str, Resident]:
    found = {claim.resident.number: claim.resident for claim in owed}
    for nth, (number, who) in enumerate(found.items(), 1):
        if who.lead in MARKED:
            found[number] = replace(who, flags=(*who.flags, MARKED[who.lead]))
        elif not who.lead and nth % MOVES == 0:
            found[number] = replace(
                who, postcode=town.QUARTERS["新栄町"], address=f"{town.CITY}新栄町6丁目{nth % 40 + 1}番地3", building=""
            )
    return found


def _paid(claim: Owed, nth: int) -> Owed:
    if claim.resident.lead == SETTLED:
        return replace(claim, paid=claim.assessed)
    if not claim.resident.lead and nth % PAYS == PAYS // 2:
        return replace(claim, paid=claim.paid + claim.balance // 300 * 100)
    return claim
