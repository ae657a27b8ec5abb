"""名寄せ: the desk says that two persons are one, or are not; a joining can be undone. The system only proposes.

Which of the two stays: the one a partner holds a case of, else the older one. Everything of the other moves to it and is
remembered in Match.moved, so that undoing puts exactly that back; what came to the kept person since stays there.
"""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, not_, or_, select, update

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import locks, match_sides, persons, reactions
from portal.actions.arrays import among
from portal.actions.match_sides import Refused, Side
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.casefiles import Casefile
from portal.models.organisations import Account
from portal.models.persons import Mark, Match
from portal.models.placements import Disclosure, Hold, Placement, PlacementLine
from portal.models.plans import ConflictPerson
from portal.models.receivables import Debtor, Receivable
from portal.rules import matches
from portal.rules.lifecycles import next_state


class JoinedOn(Refused):
    label = N_("まとめた先の方が、さらに別の方とまとめられています。そちらのまとめを先に取り消してください。")


class PlacedTogether(Refused):
    label = N_(
        "まとめた後に双方の債権を合わせて引き渡しています（%(cases)s）。その案件を引き揚げてから取り消してください。"
    )


class SamePerson(Refused):
    label = N_("二つの宛名番号は、すでに同じ方のものです。")


def listed(state: str) -> Select[tuple[Match]]:
    """In this state, and while it waits only those of whom neither was joined to somebody else meanwhile."""
    found = select(Match).where(Match.state == state)
    if state != "proposed":
        return found
    there = [select(Debtor.id).where(Debtor.person_id == side).exists() for side in (Match.kept_id, Match.other_id)]
    return found.where(*there)


def counted(found: Select[tuple[Match]]) -> int:
    return db.session.scalar(found.with_only_columns(func.count())) or 0


def of_person(person_id: uuid.UUID) -> Sequence[Row[Match, str | None]]:
    """(match, who decided it) that this person stands in, what waits first, then the newest."""
    found = select(Match, Account.name).outerjoin(Account, Account.id == Match.decided_by)
    ours = or_(Match.kept_id == person_id, Match.other_id == person_id)
    order = (Match.decided_at.desc().nulls_first(), Match.score.desc(), Match.id)
    return db.session.execute(found.where(ours).order_by(*order)).all()


def name(one: uuid.UUID, two: uuid.UUID, *, by: Principal) -> Match:
    """The desk names two persons by hand; also a pair that it had judged before. SamePerson; NoResultFound.

    A pair that waits already is answered as it is, and so is one that is joined.
    """
    if one == two:
        raise SamePerson
    locks.persons([one, two])
    kept, other = sorted((one, two))
    both = or_(*((Match.kept_id == a) & (Match.other_id == b) for a, b in ((kept, other), (other, kept))))
    found = db.session.scalar(select(Match).where(both))
    if found is None:
        found = Match(kept_id=kept, other_id=other, at=scope.now(), by_id=by.account_id, moved=[], state="proposed")
        found.score, found.reasons = _scored(found)
        db.session.add(found)
    elif found.state in ("apart", "undone"):
        found.state = next_state("match", found.state, "propose")
        found.decided_at = found.decided_by = found.note = None
        found.moved = []
        found.score, found.reasons = _scored(found)
    db.session.flush()
    return found


def _scored(match: Match) -> tuple[int, list[str]]:
    """The best that any two of their entries reach."""
    kept, other = match_sides.sides(match)
    score, signs = max((matches.score(a, b) for a in kept.entries for b in other.entries), default=(0, ()))
    return score, list(signs)


def part(match_id: uuid.UUID, *, note: str | None, by: Principal) -> Match:
    """別の方とする: the system does not propose them again. NoResultFound, NotNow."""
    match = _locked(match_id)
    return _decide(match, "part", note, by)


def join(match_id: uuid.UUID, *, note: str | None, by: Principal) -> Match:
    """同じ方としてまとめる. Of a protected person everything comes back first. NoResultFound, NotNow, Refused."""
    match = _locked(match_id)
    next_state("match", match.state, "join")
    kept, other = match_sides.sides(match)
    if refused := match_sides.why_not(kept, other):
        raise refused
    if kept.protected != other.protected:
        persons.protect((other if kept.protected else kept).id, by=by)
    match.kept_id, match.other_id = kept.id, other.id
    match.moved = _move(other.id, kept.id)
    _react(kept, other, by)
    return _decide(match, "join", note, by)


def undo(match_id: uuid.UUID, *, note: str | None, by: Principal) -> Match:
    """まとめを取り消す. What was lifted, ended or erased since stays so. NoResultFound, NotNow, JoinedOn, PlacedTogether."""
    match = _locked(match_id)
    next_state("match", match.state, "undo")
    if db.session.scalar(select(Match.id).where(Match.other_id == match.kept_id, Match.state == "joined")):
        raise JoinedOn
    if cases := _together(match):
        raise PlacedTogether(cases="、".join(cases))
    _move(match.kept_id, match.other_id, only=match.moved)
    return _decide(match, "undo", note, by)


def merged(person_id: uuid.UUID) -> list[uuid.UUID]:
    """Who was joined to this person, and to them in turn."""
    first = select(Match.other_id).where(Match.kept_id == person_id, Match.state == "joined").cte(recursive=True)
    more = select(Match.other_id).join(first, Match.kept_id == first.c.other_id).where(Match.state == "joined")
    return list(db.session.scalars(select(first.union(more).c.other_id)))


def kept_for(person_id: uuid.UUID) -> uuid.UUID | None:
    """Under whom one now stands who was joined to somebody; None: still by oneself."""
    return db.session.scalar(select(Match.kept_id).where(Match.other_id == person_id, Match.state == "joined"))


def _locked(match_id: uuid.UUID) -> Match:
    match = db.session.get_one(Match, match_id)
    locks.persons([match.kept_id, match.other_id])
    db.session.refresh(match)
    return match


def _decide(match: Match, verb: str, note: str | None, by: Principal) -> Match:
    match.state = next_state("match", match.state, verb)
    match.decided_at, match.decided_by, match.note = scope.now(), by.account_id, note or None
    db.session.flush()
    return match


def _move(here: uuid.UUID, there: uuid.UUID, only: Collection[uuid.UUID] | None = None) -> list[uuid.UUID]:
    """Answers the rows moved. The triggers on holds and placements set the neutral mark of every live case anew.

    Placements that ended move too: the budget of contacts counts the attempts under them. A lifted hold and an ended mark
    are history and stay, and so does a mark that the other has as well.
    """
    double = select(Mark.code).where(Mark.person_id == there, Mark.ended_at.is_(None))
    tables: tuple[tuple[Any, Any, list[Any]], ...] = (
        (Debtor, Debtor.id, []),
        (Hold, Hold.id, [Hold.lifted_at.is_(None)]),
        (Placement, Placement.case_id, []),
        (Disclosure, Disclosure.id, []),
        (Mark, Mark.id, [Mark.ended_at.is_(None), Mark.code.not_in(double)]),
        (ConflictPerson, ConflictPerson.conflict_id, []),
    )
    moved: list[uuid.UUID] = []
    for record, key, conditions in tables:
        chosen = [*conditions, key == among(only)] if only is not None else conditions
        moving = update(record).where(record.person_id == here, *chosen).values(person_id=there).returning(key)
        moved += db.session.scalars(moving.execution_options(synchronize_session=False))
    db.session.expire_all()
    return moved


def _react(kept: Side, other: Side, by: Principal) -> None:
    """What was true of one is true of both now, and the live cases of the other feel it."""
    for code in match_sides.effects(kept, other):
        mark = db.session.scalar(
            select(Mark.id).where(Mark.person_id == kept.id, Mark.code == code, Mark.ended_at.is_(None))
        )
        used = mark and db.session.scalar(select(Hold.id).where(Hold.source_id == mark))
        reactions.react(kept.id, code, source_id=uuid7() if used or not mark else mark, by=by)


def _together(match: Match) -> list[str]:
    """Numbers of live cases made since, in which claims of the one that would leave again stand."""
    found = (
        select(Casefile.number)
        .join(PlacementLine, PlacementLine.case_id == Casefile.id)
        .join(Receivable, Receivable.id == PlacementLine.receivable_id)
        .where(Receivable.debtor_id == among(match.moved), PlacementLine.ended_at.is_(None))
        .where(not_(Casefile.id == among(match.moved)))
    )
    return list(db.session.scalars(found.distinct().order_by(Casefile.number)))
