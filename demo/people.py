"""The people of the demo city: the leads of its story, and as many others as the scale asks for."""

from collections import deque
from dataclasses import dataclass
from datetime import date

import factory
from factory.random import randgen, reseed_random

from demo import leads, town
from demo.names import FAKE


@dataclass
class Resident:
    """One debtor number of the ledger. `kinds`: codes owed under it; `flags`: columns of the ledger marked 1."""

    number: str
    sex: str
    birth: date
    name: str
    kana: str
    postcode: str
    address: str
    building: str
    phone1: str
    phone2: str
    kinds: tuple[str, ...]
    flags: tuple[str, ...] = ()
    lead: str | None = None


class Residents(factory.Factory[Resident]):
    class Meta:
        model = Resident

    class Params:
        who = factory.LazyAttribute(lambda me: FAKE.citizen(me.sex, me.birth.year))
        quarter = factory.LazyFunction(lambda: randgen.choice(list(town.QUARTERS)))
        silence = 1.0
        reachable = factory.LazyAttribute(lambda me: randgen.random() >= no_phone(me.kinds[0]) * me.silence)

    number = factory.Sequence(lambda n: f"{2_000_000 + n * 37:010d}")
    kinds = ("204",)
    sex = factory.LazyFunction(lambda: randgen.choice("12"))
    birth = factory.LazyFunction(
        lambda: date(1938 + int(64 * randgen.betavariate(2.2, 2)), randgen.randint(1, 12), randgen.randint(1, 28))
    )
    name = factory.LazyAttribute(lambda me: me.who[0])
    kana = factory.LazyAttribute(lambda me: me.who[1])
    postcode = factory.LazyAttribute(lambda me: town.QUARTERS[me.quarter])
    address = factory.LazyAttribute(
        lambda me: (
            f"{town.CITY}{me.quarter}{randgen.randint(1, 8)}丁目{randgen.randint(1, 48)}番地{randgen.randint(1, 20)}"
        )
    )
    building = factory.LazyAttribute(lambda me: _building(me.kinds[0]))
    phone1 = factory.LazyAttributeSequence(
        lambda me, n: f"0565-00-{(n + 41) * 7919 % 10_000:04d}" if me.reachable else ""
    )
    phone2 = factory.LazyAttributeSequence(
        lambda me, n: f"090-0000-{(n + 41) * 6133 % 10_000:04d}" if me.reachable and randgen.random() < 0.3 else ""
    )


def no_phone(kind: str) -> float:
    return town.NO_PHONE.get(kind, town.NO_PHONE_ELSE)


def _building(kind: str) -> str:
    """Former tenants of the city's estates live in flats; of the others every fourth."""
    if kind == "202" or randgen.random() >= 0.25:
        return ""
    return f"{randgen.choice(('メゾン', 'コーポ', 'ハイツ'))}{randgen.choice(('さくら', 'みどり', '若草', '東雲'))}{randgen.randint(101, 408)}号室"


def everybody(scale: float) -> list[Resident]:
    """The same scale gives the same people, in the same order: the leads first, who have more telephones than most."""
    reseed_random(f"{town.SEED} {scale}")
    Residents.reset_sequence(0, force=True)
    first = [Residents.build(**lead.facts()) for lead in leads.LEADS]
    owed = _quotas(scale)
    for kind in (kind for resident in first for kind in resident.kinds):
        owed[kind] = max(owed[kind] - 1, 0)
    hands = _hands(owed)
    silence = 1 + sum(lead.reachable for lead in leads.LEADS) / max(len(hands), 1)
    return first + [Residents.build(kinds=kinds, silence=silence) for kinds in hands]


def _quotas(scale: float) -> dict[str, int]:
    return {kind.code: max(1, round(kind.people * scale)) for kind in town.KINDS}


def _hands(owed: dict[str, int]) -> list[tuple[str, ...]]:
    """Deals the kinds to people: most get one, some two or three different ones."""
    cards = [kind for kind, count in owed.items() for _ in range(count)]
    randgen.shuffle(cards)
    deck: deque[str] = deque(cards)
    hands: list[tuple[str, ...]] = []
    one, two, three = town.KINDS_OF_ONE
    sizes = [3] * three + [2] * two + [1] * one
    randgen.shuffle(sizes)
    while deck:
        hands.append(_hand(deck, sizes[len(hands) % len(sizes)]))
    return hands


def _hand(deck: deque[str], size: int) -> tuple[str, ...]:
    hand = [deck.popleft()]
    for _ in range(len(deck)):
        if len(hand) == size:
            break
        if deck[0] in hand:
            deck.rotate(-1)
        else:
            hand.append(deck.popleft())
    return tuple(hand)
