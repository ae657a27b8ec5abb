"""The people of a plan, asked of the ledger as it is now: drawn for contracts, still placeable or not, and where they live."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, literal, not_, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from portal.actions import candidates, placements
from portal.actions.arrays import among
from portal.actions.candidates import OF_KIND, Choice, Total
from portal.db import db
from portal.models.organisations import Engagement, Organisation
from portal.models.persons import Related
from portal.models.plans import Plan, PlanLine
from portal.models.receivables import ClaimKind, Debtor, Receivable
from portal.rules import allocation
from portal.rules.allocation import Candidate, Cell, Portfolio, Rules
from portal.rules.claim_groups import GROUPS
from portal.rules.notices import JOINED, OUTSIDE, OVER
from portal.rules.placeability import LABELS, Target

NUMBERS = {group: number for number, group in enumerate(GROUPS)}
Contract = tuple[Engagement, Organisation]


@dataclass(frozen=True, slots=True)
class Line:
    """A person and the contract drawn; claims and yen of what could go there."""

    person_id: uuid.UUID
    contract: uuid.UUID
    claims: int
    balance: int
    group: str
    oldest_due: date
    has_phone: bool


@dataclass(frozen=True)
class Drawn:
    """`planned`: people left out because another live plan has them."""

    lines: Sequence[Line]
    planned: int


def meant(to: Target) -> Target:
    """The same for a plan: names may still be looked up until the notice goes out."""
    return replace(to, planned=True)


def free(choice: Choice, to: Target) -> dict[uuid.UUID, Row[Any]]:
    """{person: key, claims, balance, group (packed), oldest_due, has_phone} of what may go to `to`."""
    found = candidates.ledger(choice, to)
    key = func.min(Debtor.source + ":" + Debtor.number)
    phone = or_(Debtor.phone1.is_not(None), Debtor.phone2.is_not(None))
    people = (
        select(
            found.c.person_id,
            key.label("key"),
            func.count().label("claims"),
            func.sum(found.c.balance).label("balance"),
            _largest().label("group"),
            func.min(Receivable.due_on).label("oldest_due"),
            func.bool_or(phone).label("has_phone"),
        )
        .join(Receivable, Receivable.id == found.c.receivable_id)
        .join(Debtor, Debtor.id == found.c.debtor_id)
        .join(ClaimKind, OF_KIND)
        .where(found.c.free)
        .group_by(found.c.person_id)
    )
    return {row.person_id: row for row in db.session.execute(people)}


def _largest() -> Any:
    """The group of the largest claim, as a number beside its yen: one maximum, where an ordered array sorts every row."""
    return func.max(
        Receivable.balance * len(NUMBERS) + case(NUMBERS, value=ClaimKind.claim_group, else_=NUMBERS["other"])
    )


def _group(packed: int) -> str:
    return list(GROUPS)[packed % len(NUMBERS)]


def draw(choice: Choice, rules: Rules, seed: int, contracts: dict[uuid.UUID, Contract], today: date) -> Drawn:
    """Everybody whom the choice finds and some contract of the rules suits, meant for one of them."""
    targets = {key: meant(placements.target(*contracts[key], today)) for key in rules.contracts}
    ledgers = {to: free(choice, to) for to in dict.fromkeys(targets.values())}
    found = {key: ledgers[to] for key, to in targets.items()}
    suits: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for contract, people in found.items():
        for person in people:
            suits[person].append(contract)
    widest = {person: max((found[to][person] for to in suits[person]), key=lambda row: row.balance)
              for person in suits.keys() - _planned()}  # fmt: skip
    asked = [Candidate(row.key, _group(row.group), int(row.balance), row.oldest_due, frozenset(suits[person]))
             for person, row in widest.items()]  # fmt: skip
    whose = {row.key: person for person, row in widest.items()}
    given = allocation.allot(asked, rules, seed, today)
    lines = [_line(whose[key], contract, found[contract][whose[key]]) for key, contract in sorted(given.items())]
    return Drawn(lines, len(suits) - len(widest))


def _line(person: uuid.UUID, contract: uuid.UUID, row: Row[Any]) -> Line:
    return Line(person, contract, row.claims, int(row.balance), _group(row.group), row.oldest_due, row.has_phone)


def _planned() -> set[uuid.UUID]:
    live = select(PlanLine.person_id).join(Plan, Plan.id == PlanLine.plan_id)
    live = live.where(Plan.state.in_(("drafted", "noticed")), PlanLine.taken_out.is_(None))
    return set(db.session.scalars(live))


def compared(lines: Sequence[Line], bounds: tuple[int, int], today: date) -> dict[uuid.UUID, Portfolio]:
    """{contract: what it would get}."""
    cells: dict[uuid.UUID, list[Cell]] = defaultdict(list)
    for line in lines:
        days = (today - line.oldest_due).days
        cells[line.contract].append(Cell(line.group, allocation.tier(line.balance, bounds), 1, line.claims, line.balance,
                                         days, int(line.has_phone)))  # fmt: skip
    return {contract: allocation.portfolio(own) for contract, own in cells.items()}


def live(plan_id: uuid.UUID) -> dict[uuid.UUID, list[uuid.UUID]]:
    """{contract: persons of the plan who were not taken out}."""
    lines = select(PlanLine.engagement_id, PlanLine.person_id).where(
        PlanLine.plan_id == plan_id, PlanLine.taken_out.is_(None)
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for contract, person in db.session.execute(lines.order_by(PlanLine.engagement_id, PlanLine.person_id)):
        found[contract].append(person)
    return dict(found)


@dataclass(frozen=True)
class Standing:
    """A plan held against the ledger as it is now. `lost`: {person: codes} of whom nothing may go to the contract meant."""

    totals: dict[uuid.UUID, Total]
    lost: dict[uuid.UUID, tuple[str, ...]]


def standing(plan_id: uuid.UUID, choice: Choice, today: date) -> Standing:
    """A statement for each sort of contract."""
    running = {engagement.id: (engagement, partner) for engagement, partner in placements.partners(today)}
    wanted = live(plan_id)
    whose = {person: contract for contract, persons in wanted.items() for person in persons}
    over = {person for person, contract in whose.items() if contract not in running}
    sorts: dict[Target, list[uuid.UUID]] = defaultdict(list)
    for contract in wanted.keys() & running.keys():
        sorts[placements.target(*running[contract], today)] += wanted[contract]
    rows = [row for to, persons in sorts.items() for row in _claims(choice.only(persons), to)]
    going = {row.person_id for row in rows if row.free}
    codes: dict[uuid.UUID, set[str]] = {person: set() for person in whose.keys() - over - going}
    for row in rows:
        if row.person_id in codes:
            codes[row.person_id].update(row.reasons)
    lost = {person: tuple(code for code in LABELS if code in found) or (OUTSIDE,) for person, found in codes.items()}
    return Standing(_totals(rows, whose), lost | dict.fromkeys(over, (OVER,)) | dict.fromkeys(_joined(lost), (JOINED,)))


def _joined(persons: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of these who has no number any more: it is somebody else's since 名寄せ."""
    if not persons:
        return set()
    return set(persons) - set(db.session.scalars(select(Debtor.person_id).where(Debtor.person_id == among(persons))))


def _claims(choice: Choice, to: Target) -> Sequence[Any]:
    found = candidates.ledger(choice, to)
    return db.session.execute(select(found.c.person_id, found.c.free, found.c.reasons, found.c.balance)).all()


def _totals(rows: Sequence[Row[Any]], whose: dict[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, Total]:
    going: dict[uuid.UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.free:
            going[whose[row.person_id]].append(row)
    return {contract: Total(len(own), len({row.person_id for row in own}), sum(row.balance for row in own))
            for contract, own in going.items()}  # fmt: skip


def portfolios(plan_id: uuid.UUID, choice: Choice, today: date) -> dict[uuid.UUID, Portfolio]:
    """{contract: what it gets by the plan}; group, age and telephone as the ledger has them now."""
    phone = or_(Debtor.phone1.is_not(None), Debtor.phone2.is_not(None))
    own = candidates.by_itself(Organisation.kind, today)

    def of(figure: Any) -> Any:
        """Of the claims that may be handed over; of all where none may any more."""
        return func.coalesce(figure.filter(own), figure)

    people = (
        select(
            PlanLine.engagement_id,
            PlanLine.tier,
            PlanLine.claims,
            PlanLine.balance,
            (of(_largest()) % len(NUMBERS)).label("group"),
            (literal(today) - of(func.min(Receivable.due_on))).label("days"),
            of(func.bool_or(phone)).label("has_phone"),
        )
        .join(Engagement, Engagement.id == PlanLine.engagement_id)
        .join(Organisation, Organisation.id == Engagement.org_id)
        .join(Debtor, Debtor.person_id == PlanLine.person_id)
        .join(Receivable, Receivable.debtor_id == Debtor.id)
        .join(ClaimKind, OF_KIND)
        .where(PlanLine.plan_id == plan_id, PlanLine.taken_out.is_(None), *candidates.chosen(choice))
        .group_by(PlanLine.plan_id, PlanLine.person_id)
        .subquery()
    )
    c = people.c
    cells = select(
        c.engagement_id, c.group, c.tier, func.count(), func.sum(c.claims), func.sum(c.balance), func.sum(c.days),
        func.count().filter(c.has_phone),
    ).group_by(c.engagement_id, c.group, c.tier)  # fmt: skip
    found: dict[uuid.UUID, list[Cell]] = defaultdict(list)
    for contract, group, band, *numbers in db.session.execute(cells):
        found[contract].append(Cell(_group(group), band, *(int(number) for number in numbers)))
    return {contract: allocation.portfolio(own) for contract, own in found.items()}


def named(persons: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """{person: name, kana} under the newest number that has a name; none for a protected person."""
    newest = select(Debtor.person_id, Debtor.name, Debtor.kana).where(
        Debtor.person_id == among(persons), Debtor.name.is_not(None)
    )
    newest = newest.ext(distinct_on(Debtor.person_id)).order_by(Debtor.person_id, Debtor.id.desc())
    return {row.person_id: row for row in db.session.execute(newest)}


def addressees(
    plan_id: uuid.UUID, left_out: Collection[uuid.UUID], today: date, only: Sequence[uuid.UUID] | None = None
) -> Select[Any]:
    """The notice letter's list, in the order of postcodes: a row a person, to the mailing address where there is one.

    A protected person is on no list (支援措置).
    """
    mail, other = aliased(Related), aliased(Debtor)
    sent = and_(
        mail.debtor_id == Debtor.id, mail.relation == "mailing", mail.protected.is_(False), mail.address.is_not(None),
        or_(mail.valid_from.is_(None), mail.valid_from <= today), or_(mail.valid_until.is_(None), mail.valid_until >= today),
    )  # fmt: skip
    own = case((mail.id.is_(None), True), else_=False)
    newest = (
        select(
            PlanLine.person_id, PlanLine.engagement_id, PlanLine.claims, PlanLine.balance, Debtor.name, Debtor.kana,
            Debtor.source, Debtor.number, case((own, Debtor.name), else_=func.coalesce(mail.name, Debtor.name)).label("to_name"),
            case((own, Debtor.postcode), else_=mail.postcode).label("postcode"),
            case((own, func.concat_ws("　", Debtor.address, Debtor.building)), else_=mail.address).label("address"),
        )
        .join(Debtor, Debtor.person_id == PlanLine.person_id)
        .outerjoin(mail, sent)
        .where(PlanLine.plan_id == plan_id, PlanLine.taken_out.is_(None), not_(PlanLine.person_id == among(left_out)),
               true() if only is None else PlanLine.person_id == among(only), Debtor.name.is_not(None),
               PlanLine.person_id.not_in(select(other.person_id).where(other.protected)))
        .ext(distinct_on(PlanLine.person_id))
        .order_by(PlanLine.person_id, mail.id.is_(None), Debtor.id.desc(), mail.id.desc())
        .subquery()
    )  # fmt: skip
    return select(newest).order_by(newest.c.postcode, newest.c.address, newest.c.source, newest.c.number)
