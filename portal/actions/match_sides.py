"""The two persons of a match side by side: who they are under every number, and what speaks against joining them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from portal.actions import persons
from portal.actions.arrays import among
from portal.db import db
from portal.i18n import N_
from portal.models.casefiles import Casefile
from portal.models.organisations import Organisation
from portal.models.persons import Mark, Match
from portal.models.placements import Approval, Placement
from portal.models.receivables import Debtor, Receivable
from portal.rules.matches import Entry
from portal.rules.placeability import LABELS, OF_PERSON

PROTECTION = "protection:lift"


class Refused(Exception):
    """`label` says why it does not go, in one sentence; `named`: what stands in it."""

    label = ""

    def __init__(self, **named: str):
        super().__init__(self.label)
        self.named = named


class BothPlaced(Refused):
    label = N_(
        "お二方とも委託中のため（%(cases)s）、まとめられません。どちらかの案件を引き揚げてからまとめてください。"
    )


class Elsewhere(Refused):
    label = N_("この候補の方は、すでに別の方とまとめられています。")


class WaitsForApproval(Refused):
    label = N_("支援措置の解除の申出が終わっていません。先に承認または解除を済ませてください。")


@dataclass(frozen=True)
class Side:
    """One of the two. `live`: (Placement, Casefile, partner) at partners now; `codes`: what is true of the human being."""

    id: uuid.UUID
    debtors: Sequence[Debtor]
    live: Sequence[Any]
    codes: frozenset[str]

    @property
    def protected(self) -> bool:
        return any(debtor.protected for debtor in self.debtors)

    @property
    def entries(self) -> list[Entry]:
        return [entry_of(debtor) for debtor in self.debtors if not debtor.protected]

    @property
    def named(self) -> Debtor | None:
        return next((debtor for debtor in self.debtors if debtor.name), None)


def entry_of(debtor: Debtor) -> Entry:
    phones = tuple(phone for phone in (debtor.phone1, debtor.phone2) if phone)
    return Entry(
        debtor.source, debtor.name, debtor.kana, debtor.birth, debtor.sex, debtor.postcode, debtor.address, phones
    )


def sides(match: Match) -> tuple[Side, Side]:
    """(who stays, who moves) as things stand: the one with a live case stays, else the older one.

    What a join has moved still stands on the side it came from, so that the two can be compared before it is undone.
    """
    both = (match.kept_id, match.other_id)
    debtors = db.session.scalars(
        select(Debtor).where(Debtor.person_id == among(both)).order_by(Debtor.source, Debtor.number)
    ).all()
    live: Sequence[Any] = db.session.execute(
        select(Placement, Casefile, Organisation.name.label("partner"))
        .join(Casefile, Casefile.id == Placement.case_id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .where(Placement.person_id == among(both), Placement.ended_at.is_(None))
        .order_by(Casefile.number)
    ).all()
    marks = db.session.execute(
        select(Mark.person_id, Mark.id, Mark.code).where(Mark.person_id == among(both), Mark.ended_at.is_(None))
    ).all()

    def side(person: uuid.UUID) -> Side:
        own = [debtor for debtor in debtors if _side_of(match, debtor.person_id, debtor.id) == person]
        cases = [row for row in live if _side_of(match, row.Placement.person_id, row.Placement.case_id) == person]
        codes = {flag for debtor in own for flag in debtor.flags} & OF_PERSON
        codes |= {code for owner, mark, code in marks if _side_of(match, owner, mark) == person}
        return Side(person, own, cases, frozenset(codes))

    one, two = (side(person) for person in (sorted(both) if match.state == "proposed" else both))
    return (two, one) if match.state == "proposed" and two.live and not one.live else (one, two)


def _side_of(match: Match, person: uuid.UUID, row: uuid.UUID) -> uuid.UUID:
    return match.other_id if match.state == "joined" and row in match.moved else person


def why_not(kept: Side, other: Side) -> Refused | None:
    """What keeps the two from being joined now; None: nothing."""
    if not kept.debtors or not other.debtors:
        return Elsewhere()
    if clash := clashing(kept, other):
        return BothPlaced(cases="、".join(f"{row.Casefile.number} {row.partner}" for row in clash))
    asked = select(Approval.id).where(
        Approval.noun_id == among([kept.id, other.id]),
        Approval.action == PROTECTION,
        Approval.decision.is_(None) | (Approval.decision == "approved") & Approval.used_at.is_(None),
    )
    return WaitsForApproval() if db.session.scalar(asked) else None


def clashing(kept: Side, other: Side) -> list[Any]:
    """Live cases of both in one lane: one person has one window. Of a protected side all come back anyway."""
    if kept.protected or other.protected:
        return []
    lanes = {row.Placement.lane for row in kept.live} & {row.Placement.lane for row in other.live}
    return [row for row in (*kept.live, *other.live) if row.Placement.lane in lanes]


def effects(kept: Side, other: Side) -> list[str]:
    """Codes true of one side that a live case of the other will feel, in the order of LABELS."""
    found = {code for here, there in ((kept, other), (other, kept)) if here.live for code in there.codes - here.codes}
    return [code for code in LABELS if code in found]


def claims(match: Match) -> dict[uuid.UUID, list[Row[Receivable, str, list[str]]]]:
    """{person: (Receivable, kind, the partners that hold it), the oldest first}."""
    found: dict[uuid.UUID, list[Row[Receivable, str, list[str]]]] = {match.kept_id: [], match.other_id: []}
    for person in list(found):
        for row in persons.claims(person):
            found[_side_of(match, person, row.Receivable.debtor_id)].append(row)
    return found
