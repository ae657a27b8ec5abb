"""月次差分, made: under one decision, what partners hold follows the ledger: new claims of people already placed, changed

ones, and those that may no longer be with this partner. What must not wait for a month (支援措置, 生活保護, 完納 …) has
happened by itself when the ledger was loaded; balances follow every payment by trigger.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, and_, func, select, update

from portal import clock
from portal.access import scope
from portal.access.principal import Principal
from portal.actions import copies, disclosures, locks, placements, reactions, recalls
from portal.actions.arrays import among
from portal.actions.difference_finding import ON, PARTS, Difference, Line, find
from portal.db import db
from portal.i18n import N_
from portal.models.casefiles import Casefile, Claim
from portal.models.organisations import Engagement, Organisation
from portal.models.placements import Entrustment, PlacementLine
from portal.models.receivables import Person, Receivable
from portal.rules.placeability import Target

REASON, PAID = "月次差分による取下げ", "月次差分（残る債権が完納）"
NO_SYNC = {"synchronize_session": False}


class NoDifference(placements.NotPlaced):
    label = N_("台帳との差分はありません。")


@dataclass(frozen=True)
class Made:
    """What was done. `recalled`, `closed`: files that ended with their last claim."""

    entrustment: Entrustment
    figures: dict[str, tuple[int, int, int]]
    recalled: int
    closed: int


def contract(engagement_id: uuid.UUID) -> Row[Engagement, Organisation]:
    """LookupError: no such contract, or it does not run today."""
    return {row.Engagement.id: row for row in placements.partners(clock.day_of(scope.now()))}[engagement_id]


def apply(
    engagement_id: uuid.UUID,
    *,
    decision_no: str,
    decided_on: date,
    shown: dict[str, tuple[int, int, int]],
    by: Principal,
) -> Made:
    """Follows the ledger. `shown`: the figures that the desk confirmed. LookupError, placements.NotPlaced."""
    today = clock.day_of(scope.now())
    if decided_on > today:
        raise placements.DecidedLater
    engagement, partner = contract(engagement_id)
    found = _locked(engagement, partner)
    figures = found.figures()
    if not found.lines:
        raise NoDifference
    if any(figures[part][1] > shown[part][1] or figures[part][2] > shown[part][2] for part in PARTS):
        raise placements.MoreThanShown
    made = Entrustment(
        engagement_id=engagement.id, org_id=partner.id, by_id=by.account_id, at=scope.now(), decision_no=decision_no,
        decided_on=decided_on, kind="difference", cases=len({line.case_id for line in found.lines}),
        claims=len(found.added), total=figures["added"][2],
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    for lane in sorted({line.lane for line in found.lines}):
        to = Target(partner.kind, today, lane == "beside")
        copies.join(_rows(found.added, lane), made, to)
        copies.follow(_rows(found.changed, lane), made, to)
    reactions.leave([line.claim_id for line in found.withdrawn])
    told = [(line.case_id, line.receivable_id) for line in (*found.added, *found.changed)]
    disclosures.record_claims(told, made, ["claims", "events"] if partner.kind == "law_team" else ["claims"])
    recalled, closed = _settle([line.case_id for line in found.lines], by)
    return Made(made, figures, recalled, closed)


def _locked(engagement: Engagement, partner: Organisation) -> Difference:
    """The persons are locked first; then all is read again, as it now is, and of these persons only."""
    concerned = sorted({line.person_id for line in find(engagement, partner).lines})
    return find(engagement, partner, locks.persons_where(Person.id == among(concerned)))


def _rows(lines: Sequence[Line], lane: str) -> list[tuple[uuid.UUID, uuid.UUID, uuid.UUID]]:
    return [(line.claim_id, line.case_id, line.receivable_id) for line in lines if line.lane == lane]


def _settle(touched: Sequence[uuid.UUID], by: Principal) -> tuple[int, int]:
    """The files' sums follow their claims; one without any is recalled, one of which nothing is owed is closed."""
    cases = list(dict.fromkeys(touched))
    left = (
        select(Claim.case_id, func.sum(Claim.balance).label("yen"), func.count().label("claims"),
               func.min(Claim.due_on).label("due"), func.min(Receivable.as_of).label("through"))
        .join(PlacementLine, and_(PlacementLine.claim_id == Claim.id, ON))
        .join(Receivable, Receivable.id == PlacementLine.receivable_id)
        .where(Claim.case_id == among(cases))
        .group_by(Claim.case_id)
        .subquery()
    )  # fmt: skip
    sums = {"balance": left.c.yen, "claims": left.c.claims, "oldest_due": left.c.due, "paid_through": left.c.through}
    followed = update(Casefile).where(Casefile.id == left.c.case_id).values(**sums, version=Casefile.version + 1)
    kept = set(db.session.scalars(followed.returning(Casefile.id), execution_options=NO_SYNC))
    if empty := [case for case in cases if case not in kept]:
        recalls.change_hands(empty, outcome="recalled", reason=REASON, by=by)
    return len(empty), len(reactions.close_settled(list(kept), reason=PAID, by=by))
