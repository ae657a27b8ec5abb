"""Hands cases over to the partners, as many as the scale asks for, each partner by one decision of the city."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from factory.random import randgen
from sqlalchemy import select

from demo import conflicts
from demo.accounts import PARTNERS
from demo.leads import LEADS
from demo.moments import moment
from demo.people import Resident
from demo.stage import Stage
from portal.actions import candidates, placements
from portal.actions.candidates import Choice
from portal.clock import day_of
from portal.db import db
from portal.models.organisations import Organisation
from portal.models.placements import Placement
from portal.models.receivables import Debtor
from portal.rules.placeability import Target

DESK = "saiken1"
PLACED = {"north": 1_450, "south": 1_250, "law": 300}
DECISIONS = {"north": "債管第214号", "south": "債管第215号", "law": "債管第216号"}
BESIDE = "債管第217号"
CHECKED = {"law": "債管第209号", "beside": "債管第210号"}  # names shown to the law team before
LOANS = {"206", "207", "209"}
PARTNER_OF = {lead.key: lead.partner for lead in LEADS}


@dataclass(frozen=True)
class Case:
    """A case in the hands of `partner`."""

    id: uuid.UUID
    partner: str
    who: Resident
    person: uuid.UUID


def place(stage: Stage, residents: Sequence[Resident], scale: float) -> list[Case]:
    """The cases, in the order of the ledger's numbers; the leads' at the partner of their part."""
    at = moment("11-04 10:20")
    persons, free = _known(stage, at)
    open_ = [who for who in residents if not who.lead and persons.get(who.number) in free]
    randgen.shuffle(open_)
    open_.sort(key=lambda who: not LOANS & set(who.kinds))  # loans and old debts are lawyers' work first
    for partner in ("law", "north", "south"):
        leads = [who for who in residents if who.lead and PARTNER_OF[who.lead] == partner]
        wanted = max(round(PLACED[partner] * scale) - len(leads), 0)
        chosen, open_ = leads + open_[:wanted], open_[wanted:]
        given = [persons[who.number] for who in chosen]
        if partner == "law":
            conflicts.cleared(stage, given, CHECKED[partner])
        _hand_over(stage, partner, given, DECISIONS[partner], at)
        if partner == "law":
            randgen.shuffle(open_)
    both = [persons[who.number] for who in residents if who.lead == "both"]
    conflicts.cleared(stage, both, CHECKED["beside"], beside=True)
    _hand_over(stage, "law", both, BESIDE, at, beside=True)
    return _cases(stage, residents, at)


def _known(stage: Stage, at: datetime) -> tuple[dict[str, uuid.UUID], set[uuid.UUID]]:
    """{debtor number: person}, and the persons who owe something that a call centre may be given."""
    with stage.acting(DESK, "placement:select", at):
        persons = {row.number: row.person_id for row in db.session.execute(select(Debtor.number, Debtor.person_id))}
        found = candidates.ledger(Choice(), Target("call_centre", day_of(at)))
        return persons, set(db.session.scalars(candidates.free_persons(found)))


def _hand_over(
    stage: Stage, partner: str, persons: list[uuid.UUID], decision: str, at: datetime, *, beside: bool = False
) -> None:
    name = PARTNERS[partner][1]
    choice = Choice(persons=tuple(persons))
    with stage.acting(DESK, "placement:make", at) as by:
        engagement, owner = next(known for known in placements.partners(day_of(at)) if known[1].name == name)
        target = placements.target(engagement, owner, day_of(at), beside)
        shown, _ = candidates.totals(candidates.ledger(choice, target))
        placements.make(
            choice,
            engagement_id=engagement.id,
            beside=beside,
            decision_no=decision,
            decided_on=day_of(at),
            shown=shown,
            by=by,
        )


def _cases(stage: Stage, residents: Sequence[Resident], at: datetime) -> list[Case]:
    whose = {who.number: who for who in residents}
    partners = {name: key for key, (_, name, _) in PARTNERS.items()}
    with stage.acting(DESK, "placement:list", at):
        rows = db.session.execute(
            select(Debtor.number, Placement.case_id, Placement.person_id, Organisation.name)
            .join(Placement, Placement.person_id == Debtor.person_id)
            .join(Organisation, Organisation.id == Placement.org_id)
            .order_by(Debtor.number, Placement.lane)
        ).all()
    return [Case(case, partners[name], whose[number], person) for number, case, person, name in rows]
