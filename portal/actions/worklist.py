"""The worklist (架電リスト): who is next, who takes whom, and where a case goes after a call."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, Update, and_, case, func, not_, or_, select, update

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import contacts
from portal.clock import combine, day_of
from portal.db import db
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Claim
from portal.models.organisations import Engagement
from portal.rules.contact import OUTER_FROM, OUTER_UNTIL, Hours, Person, Question, earliest
from portal.rules.contact_facts import Span
from portal.rules.worklist import BANDS, Case, Place, best_next, rank

LEASE = timedelta(minutes=20)
AHEAD = 14  # days in which the next opening is looked for: longer than any run of holidays
OPEN = and_(Casefile.state == "open", Casefile.held_at.is_(None))
CALLABLE = and_(OPEN, Casefile.band < BANDS["no_phone"])
ORDER = (Casefile.band, Casefile.next_at, Casefile.id)


@dataclass(frozen=True)
class Upcoming:
    """When somebody can be called again, and how many then."""

    at: datetime
    cases: int


def shown(contracts: Iterable[Engagement], now: datetime) -> dict[str, ColumnElement[bool]]:
    """The parts of the list: due now, later, without a telephone, and held."""
    due = and_(CALLABLE, _due(contracts, now))
    return {
        "due": due,
        "later": and_(CALLABLE, not_(_due(contracts, now))),
        "post": and_(OPEN, Casefile.band >= BANDS["no_phone"]),
        "held": and_(Casefile.state == "open", Casefile.held_at.is_not(None)),
    }


def contracts() -> list[Engagement]:
    """One's own contracts that run today."""
    today = day_of(scope.now())
    return list(db.session.scalars(select(Engagement).where(Engagement.starts <= today, Engagement.ends >= today)))


def totals(parts: dict[str, ColumnElement[bool]], wanted: Sequence[ColumnElement[bool]]) -> dict[str, tuple[int, int]]:
    """{part: (cases, yen)} of all that is `wanted`, in one statement."""
    sums = [func.coalesce(func.sum(case((part, Casefile.balance), else_=0)), 0) for part in parts.values()]
    counts = [func.count().filter(part) for part in parts.values()]
    row = db.session.execute(select(*counts, *sums).where(Casefile.state == "open", *wanted)).one()
    return {name: (row[n], int(row[len(parts) + n])) for n, name in enumerate(parts)}


def take(by: Principal) -> uuid.UUID | None:
    """The next case, leased to `by` for twenty minutes; the own live lease is given again. None: nobody to call now.

    One statement chooses, skips what a colleague is just taking, and writes the lease with its fencing number.
    """
    now, mine = scope.now(), Casefile.leased_by == by.account_id
    held = db.session.scalar(
        select(Casefile.id)
        .where(mine, Casefile.leased_until > now, OPEN)
        .order_by(Casefile.leased_until.desc())
        .limit(1)
    )
    _written(update(Casefile).where(mine, Casefile.id.is_distinct_from(held)).values(leased_by=None, leased_until=None))
    if held:
        return held
    chosen = next_free(now).with_for_update(skip_locked=True).scalar_subquery()
    return _written(lease(update(Casefile).where(Casefile.id == chosen), by, now))


def next_free(now: datetime) -> Select[uuid.UUID]:
    free = or_(Casefile.leased_by.is_(None), Casefile.leased_until <= now)
    return select(Casefile.id).where(CALLABLE, _due(contracts(), now), free).order_by(*ORDER).limit(1)


def lease(change: Update, by: Principal, now: datetime) -> Update:
    return change.values(leased_by=by.account_id, leased_until=now + LEASE, fence=Casefile.fence + 1)


def release(case_id: uuid.UUID, *, next_at: datetime | None = None, by: Principal) -> bool:
    """Gives up the own lease; False when there was none. `next_at`: when the case comes up again (後に回す)."""
    later = {"next_at": func.greatest(Casefile.next_at, next_at)} if next_at else {}
    change = update(Casefile).where(Casefile.id == case_id, Casefile.leased_by == by.account_id)
    return _written(change.values(leased_by=None, leased_until=None, **later)) is not None


def upcoming() -> Upcoming | None:
    """The first moment at which somebody can be called whom nobody can call now; None when nobody waits."""
    now, running = scope.now(), contracts()
    waits = func.greatest(Casefile.next_at, func.coalesce(Casefile.leased_until, Casefile.next_at), now)
    rows = db.session.execute(
        select(Casefile.engagement_id, func.min(waits)).where(CALLABLE).group_by(Casefile.engagement_id)
    )
    hours = {contract.id: contacts.hours(contract) for contract in running}
    openings = [opening(hours[contract], first) for contract, first in rows if contract in hours]
    if not (moments := [moment for moment in openings if moment]):
        return None
    at = min(moments)
    ready = and_(CALLABLE, waits <= at, Casefile.engagement_id.in_(_working(running, at)))
    return Upcoming(at, db.session.execute(select(func.count()).select_from(Casefile).where(ready)).scalar_one())


def opening(hours: Hours, after: datetime) -> datetime | None:
    """The first moment from `after` on inside the contract's hours and the lawful day."""
    for day in (day_of(after) + timedelta(days=n) for n in range(AHEAD)):
        if span := _lawful(hours.on(day)):
            start, end = combine(day, span[0]), combine(day, span[1])
            if after < end:
                return max(start, after)
    return None


def place(file: Casefile, attempts: Sequence[Attempt], asked: Question, *, chosen: datetime | None) -> Place:
    """Where the case goes now. `attempts`: the oldest first; `asked`: the question on this person, as it stands now."""
    last_day = db.session.scalar(select(func.min(Claim.last_day)).where(Claim.case_id == file.id))
    facts = Case(
        placed_at=combine(file.placed_on, "09:00"),
        has_phone=asked.number is not None,
        balance=file.balance,
        tries=tuple(a.at for a in attempts if a.channel == "call"),
        next_at=chosen,
        callback_at=_callback(attempts),
        promised_on=_promised(attempts),
        last_day=last_day,
    )
    found = rank(facts, asked.at)
    return found if facts.callback_at else _after(found, asked)


def next_try(attempts: Sequence[Attempt], asked: Question, days: int | None) -> datetime:
    """`days` or a little more from now, on the weekday and in the part of the day tried least."""
    tries = [a.at for a in attempts if a.channel == "call"]
    return best_next(tries, asked.at, days=days or 1, hours=asked.hours)


def _after(found: Place, asked: Question) -> Place:
    """Not before the contact rule says yes, holds apart: they have no end that is known."""
    person = Person(asked.person.named_times, (), asked.person.stopped_numbers, asked.person.requested_at)
    then = Question(max(found.next_at, asked.at), "call", asked.place, asked.number, asked.hours, person,
                    asked.history, asked.limits)  # fmt: skip
    clear = earliest(then)
    return Place(found.band, found.reason, max(found.next_at, clear)) if clear else found


def _callback(attempts: Sequence[Attempt]) -> datetime | None:
    """A callback still owed: no call has been made at or after the moment asked for."""
    wanted = contacts.requested(attempts)
    kept = wanted and any(a.channel == "call" and a.at >= wanted for a in attempts)
    return None if kept else wanted


def _promised(attempts: Sequence[Attempt]) -> date | None:
    """The day of the last promise, unless the person has since said that it is paid."""
    said = [a for a in attempts if a.outcome in ("31", "32")]
    return said[-1].next_on if said and said[-1].outcome == "31" else None


def _due(running: Iterable[Engagement], now: datetime) -> ColumnElement[bool]:
    return and_(Casefile.next_at <= now, Casefile.engagement_id.in_(_working(running, now)))


def _working(running: Iterable[Engagement], at: datetime) -> list[uuid.UUID]:
    return [contract.id for contract in running if opening(contacts.hours(contract), at) == at]


def _lawful(span: Span | None) -> Span | None:
    return span and (max(span[0], OUTER_UNTIL), min(span[1], OUTER_FROM))


def _written(change: Update) -> uuid.UUID | None:
    """A case that the change reached. What the Session has loaded stays as it was."""
    rows = db.session.scalars(change.returning(Casefile.id), execution_options={"synchronize_session": False})
    return rows.first()
