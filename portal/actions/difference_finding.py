"""月次差分, found: what the ledger says of people whom a contract holds that their partner does not know yet."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import (
    ARRAY,
    UUID,
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)

from portal import clock
from portal.access import scope
from portal.actions import candidates, copies
from portal.actions.arrays import among, table
from portal.actions.candidates import OF_KIND, Choice
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.casefiles import Casefile, Claim, ClaimEvent
from portal.models.intakes import Intake, Movement
from portal.models.organisations import Engagement, Organisation
from portal.models.placements import Placement, PlacementLine
from portal.models.plans import RecallNotice
from portal.models.receivables import ClaimKind, Debtor, Receivable, ReceivableEvent
from portal.rules.placeability import Target

# Reasons for which a claim leaves its partner here. The others are the load's: it recalls, closes or holds at once.
LEAVES = (
    "not_due", "not_demanded", "time_barred", "kind_not_entrusted", "lawyers_only", "kind_not_for_partner",
    "public_assistance", "collection_stopped", "not_accepted",
)  # fmt: skip
LIVE, ON = Placement.ended_at.is_(None), PlacementLine.ended_at.is_(None)
PARTS = {"added": N_("追加"), "changed": N_("変更"), "withdrawn": N_("取下げ")}


@dataclass(frozen=True)
class Line:
    """One claim of the difference. `claim_id`: the partner's copy, or the one it will get. Yen: the balance now."""

    claim_id: uuid.UUID
    case_id: uuid.UUID
    receivable_id: uuid.UUID
    person_id: uuid.UUID
    lane: str
    balance: int


@dataclass(frozen=True)
class Difference:
    """Of one contract."""

    added: Sequence[Line]
    changed: Sequence[Line]
    withdrawn: Sequence[Line]

    @property
    def parts(self) -> dict[str, Sequence[Line]]:
        return {name: getattr(self, name) for name in PARTS}

    @property
    def lines(self) -> list[Line]:
        return list(chain(*self.parts.values()))

    def figures(self) -> dict[str, tuple[int, int, int]]:
        """{part: (persons, claims, yen)}."""
        return {
            name: (len({line.person_id for line in lines}), len(lines), sum(line.balance for line in lines))
            for name, lines in self.parts.items()
        }


def find(engagement: Engagement, partner: Organisation, persons: Collection[uuid.UUID] | None = None) -> Difference:
    """`persons`: of these only; None: of all whom this contract holds now."""
    today = clock.day_of(scope.now())
    placed = select(Placement.lane, func.array_agg(Placement.person_id)).where(
        Placement.engagement_id == engagement.id, LIVE
    )
    if persons is not None:
        placed = placed.where(Placement.person_id == among(persons))
    found: dict[str, list[Line]] = {name: [] for name in PARTS}
    for lane, held in db.session.execute(placed.group_by(Placement.lane).order_by(Placement.lane)):
        to = Target(partner.kind, today, lane == "beside")
        for row in db.session.execute(_moved(engagement, to, held)):
            part = "withdrawn" if row.claim_id else "added"
            found[part].append(_line(row, lane))
        gone = {line.claim_id for line in found["withdrawn"]}
        changed = db.session.execute(_changed(engagement, to, held))
        found["changed"] += [_line(row, lane) for row in changed if row.claim_id not in gone]
    return Difference(**found)


def _line(row: Row, lane: str) -> Line:
    return Line(row.claim_id or uuid7(), row.case_id, row.receivable_id, row.person_id, lane, row.balance)


def _moved(engagement: Engagement, to: Target, persons: Sequence[uuid.UUID]) -> Select:
    """Claims free but for being of a person already placed, and claims held that may be held no more (claim_id)."""
    found = candidates.ledger(Choice(persons=tuple(persons)), to)
    here = Placement.engagement_id == engagement.id, Placement.lane == to.lane, LIVE
    held = and_(PlacementLine.case_id == Placement.case_id, PlacementLine.receivable_id == found.c.receivable_id, ON)
    reasons = cast(found.c.reasons, ARRAY(Text))
    leaves = reasons.bool_op("&&")(literal(list(LEAVES), ARRAY(Text)))
    joins = and_(reasons == literal(["person_placed"], ARRAY(Text)), ~_announced(), ~_vanished(found))
    return (
        select(PlacementLine.claim_id, Placement.case_id, found.c.receivable_id, found.c.person_id, found.c.balance)
        .select_from(found)
        .join(Placement, and_(Placement.person_id == found.c.person_id, *here))
        .outerjoin(PlacementLine, held)
        .where(or_(and_(PlacementLine.claim_id.is_(None), joins), and_(PlacementLine.claim_id.is_not(None), leaves)))
        .order_by(found.c.receivable_id)
    )


def _announced() -> ColumnElement[bool]:
    """A file that is about to come back takes no more in."""
    return exists().where(RecallNotice.case_id == Placement.case_id, RecallNotice.state == "announced")


def _vanished(found: Subquery) -> ColumnElement[bool]:
    """The last whole extract had it no more, and the desk has not said that it stays."""
    return exists().where(
        Movement.receivable_id == found.c.receivable_id, Movement.code == "vanished",
        or_(Movement.decision.is_(None), Movement.decision == "withdrawn"), Movement.intake_id == Intake.id,
        Receivable.id == found.c.receivable_id, Receivable.as_of <= Intake.as_of,
    )  # fmt: skip


def _changed(engagement: Engagement, to: Target, persons: Sequence[uuid.UUID]) -> Select:
    """Copies that say something else than the ledger; of a law team also those that lack what moved limitation."""
    says, stands = ([getattr(record, name) for name in copies.FOLLOWED] for record in (Receivable, Claim))
    differs = [or_(*(new.is_distinct_from(old) for new, old in zip(says, stands, strict=True)))]
    if to.kind == "law_team":
        told = ClaimEvent.kind == ReceivableEvent.kind, ClaimEvent.happened_on == ReceivableEvent.happened_on
        known = exists().where(ClaimEvent.claim_id == Claim.id, *told).correlate(Claim, ReceivableEvent)
        differs.append(
            exists().where(ReceivableEvent.receivable_id == Receivable.id, ~known).correlate(Receivable, Claim)
        )
    return (
        select(Claim.id.label("claim_id"), Claim.case_id, Receivable.id.label("receivable_id"), Placement.person_id,
               Receivable.balance)
        .join(PlacementLine, and_(PlacementLine.claim_id == Claim.id, ON))
        .join(Placement, Placement.case_id == PlacementLine.case_id)
        .join(Receivable, Receivable.id == PlacementLine.receivable_id)
        .where(Placement.engagement_id == engagement.id, Placement.lane == to.lane, LIVE)
        .where(Placement.person_id == among(persons), or_(*differs))
        .order_by(Claim.id)
    )  # fmt: skip


def details(lines: Sequence[Line]) -> Sequence[Row[Any]]:
    """(Receivable, kind, name, kana, Claim or None, number, case_id) of these lines, in their order."""
    rows = [(place, line.claim_id, line.case_id, line.receivable_id) for place, line in enumerate(lines)]
    columns = {"place": Integer(), "claim_id": UUID(), "case_id": UUID(), "receivable_id": UUID()}
    shown = table("shown", rows, columns)
    said = (
        select(Receivable, ClaimKind.name_ja.label("kind"), Debtor.name, Debtor.kana, Claim, Casefile.number,
               shown.c.case_id)
        .select_from(shown)
        .join(Receivable, Receivable.id == shown.c.receivable_id)
        .join(Debtor, Debtor.id == Receivable.debtor_id)
        .join(ClaimKind, OF_KIND)
        .join(Casefile, Casefile.id == shown.c.case_id)
        .outerjoin(Claim, Claim.id == shown.c.claim_id)
    )  # fmt: skip
    return db.session.execute(said.order_by(shown.c.place)).all()
