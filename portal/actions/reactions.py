"""What a case at a partner does at once when its person, or a claim of it, must not be collected any more.

One place for both who say so: the ledger's load (台帳の異動), and the desk, by hand. Which code leads to what stands in
rules/movements.py. What is true of the person acts on all of the person's live cases. Of one claim: a claim that is
time-barred or whose collection is stopped leaves its case, and the case is recalled with its last claim; a paid one
stands there at zero, by the ledger's own trigger, and the case is closed when nothing of it is owed any more. Contact
is with the person, so every hold is on the person. Whoever calls has locked the persons, ascending, unless it is said
otherwise; everything is done in sets.
"""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import UUID, delete, func, insert, literal, select, update

from portal import clock
from portal.access import scope
from portal.access.principal import Principal
from portal.actions import locks, persons, recalls
from portal.actions.arrays import among, table
from portal.db import db, uuid7
from portal.models.casefiles import Casefile, Claim, ClaimEvent
from portal.models.placements import Hold, Placement, PlacementLine
from portal.rules.eligibility import REASONS
from portal.rules.movements import EFFECTS, HELD, PROTECTED

NO_SYNC = {"synchronize_session": False}


def react(person_id: uuid.UUID, code: str, *, source_id: uuid.UUID, by: Principal, kind: str = "mark") -> str:
    """A code of rules.movements.EFFECTS became true of a person, and so of every claim; locks the person itself.

    Answers the effect, or "none" when no partner holds a case. A hold it places is of `kind` and carries `source_id`, so
    that holds.lift_of(source_id, …) ends it. KeyError: no such code.
    """
    effect = EFFECTS[code]
    locks.persons([person_id])
    if code == PROTECTED:
        return "recalled" if protect([person_id], by=by) else "none"
    cases = live_cases([person_id])
    if not cases:
        return "none"
    if effect in HELD:
        hold([(person_id, source_id)], kind=kind, by=by)
    elif effect == "closed":
        close_settled(cases, reason=label(code), by=by)
    else:
        recalls.change_hands(cases, outcome="recalled", reason=label(code), by=by)
    return effect


def label(code: str) -> str:
    """Why, in the city's own words (Placement.end_reason); partners never read it."""
    return REASONS[code].label


def live_cases(person_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """The cases of these persons that a partner holds now."""
    live = select(Placement.case_id).where(Placement.person_id == among(person_ids), Placement.ended_at.is_(None))
    return list(db.session.scalars(live.order_by(Placement.case_id)))


def recall(person_ids: Collection[uuid.UUID], *, reason: str, by: Principal) -> int:
    """All live cases of these persons come back; answers how many."""
    if cases := live_cases(person_ids):
        recalls.change_hands(cases, outcome="recalled", reason=reason, by=by)
    return len(cases)


def protect(person_ids: Collection[uuid.UUID], *, by: Principal) -> int:
    """支援措置: all cases come back, who and where they are goes everywhere, contact stops. Answers how many cases."""
    cases = recall(person_ids, reason=persons.REASON, by=by)
    persons.forget(person_ids)
    stopped = select(Hold.person_id).where(
        Hold.person_id == among(person_ids), Hold.kind == "protection", Hold.lifted_at.is_(None)
    )
    left = set(person_ids) - set(db.session.scalars(stopped))
    hold([(person, uuid7()) for person in sorted(left)], kind="protection", by=by)
    return cases


def hold(sources: Sequence[tuple[uuid.UUID, uuid.UUID]], *, kind: str, by: Principal) -> None:
    """`sources`: (person, what asks for it); the database marks every live case of the person."""
    if not sources:
        return
    held = table("held", [(uuid7(), *row) for row in sources], dict.fromkeys(("id", "person_id", "source_id"), UUID()))
    said = {
        "kind": literal(kind),
        "source_org": literal(by.org_id),
        "by_id": literal(by.account_id),
        "at": literal(scope.now()),
    }
    values: dict[str, Any] = {**dict(held.c.items()), **said}
    db.session.execute(insert(Hold).from_select(list(values), select(*values.values())))


def withdraw(receivables: Collection[uuid.UUID], *, reason: str, by: Principal) -> int:
    """These claims leave whatever partner holds them; with its last claim a case is recalled. Answers cases touched."""
    ours = PlacementLine.receivable_id == among(receivables)
    live = PlacementLine.ended_at.is_(None)
    touched = select(PlacementLine.case_id).where(ours, live)
    rows = db.session.execute(
        select(PlacementLine.case_id, func.bool_and(ours).label("all"))
        .where(live, PlacementLine.case_id.in_(touched))
        .group_by(PlacementLine.case_id)
    ).all()
    if whole := [row.case_id for row in rows if row.all]:
        recalls.change_hands(whole, outcome="recalled", reason=reason, by=by)
    if part := [row.case_id for row in rows if not row.all]:
        _take_out(part, receivables)
    return len(rows)


def close_settled(cases: Collection[uuid.UUID], *, reason: str, by: Principal) -> list[uuid.UUID]:
    """完了: of these live cases those in which nothing is owed any more; answers them."""
    done = select(Casefile.id).join(Placement, Placement.case_id == Casefile.id)
    done = done.where(Casefile.id == among(cases), Casefile.balance == 0, Placement.ended_at.is_(None))
    settled = list(db.session.scalars(done))
    if settled:
        recalls.change_hands(settled, outcome="closed", reason=reason, by=by)
    return settled


def leave(claims: Collection[uuid.UUID]) -> None:
    """Their partner sees these copies no more; what moves their limitation goes from its hands."""
    now, run, these = scope.now(), db.session.execute, among(claims)
    gone = update(Claim).where(Claim.id == these).values(withdrawn_on=clock.day_of(now))
    run(gone, execution_options=NO_SYNC)
    lines = update(PlacementLine).where(PlacementLine.claim_id == these, PlacementLine.ended_at.is_(None))
    run(lines.values(ended_at=now), execution_options=NO_SYNC)
    run(delete(ClaimEvent).where(ClaimEvent.claim_id == these), execution_options=NO_SYNC)


def _take_out(cases: list[uuid.UUID], receivables: Collection[uuid.UUID]) -> None:
    """Some claims leave these cases; a sheet open over the former sums is refused when it comes back."""
    ours = select(PlacementLine.claim_id).where(
        PlacementLine.case_id == among(cases),
        PlacementLine.receivable_id == among(receivables),
        PlacementLine.ended_at.is_(None),
    )
    leave(list(db.session.scalars(ours)))
    left = (
        select(
            Claim.case_id,
            func.sum(Claim.balance).label("yen"),
            func.count().label("claims"),
            func.min(Claim.due_on).label("due"),
        )
        .where(Claim.case_id == among(cases), Claim.withdrawn_on.is_(None))
        .group_by(Claim.case_id)
        .subquery()
    )
    sums = update(Casefile).where(Casefile.id == left.c.case_id)
    said = {"balance": left.c.yen, "claims": left.c.claims, "oldest_due": left.c.due, "version": Casefile.version + 1}
    db.session.execute(sums.values(**said))
