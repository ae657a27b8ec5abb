"""The worklist (架電リスト): who is next, who takes whom, and where a case goes after a call."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Update,
    all_,
    and_,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
)

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import contacts
from portal.clock import combine, day_of
from portal.db import db
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Claim, Contactee
from portal.models.organisations import Account, Engagement
from portal.models.plans import Acceptance, RecallNotice
from portal.rules.contact import OUTER_FROM, OUTER_UNTIL, Hours, Person, Question, announced
from portal.rules.contact_facts import Span
from portal.rules.worklist import BANDS, Case, Place, best_next, rank

LEASE = timedelta(minutes=20)
AHEAD = 14  # days in which the next opening is looked for: longer than any run of holidays
OPEN = and_(Casefile.state == "open", Casefile.held_at.is_(None))
CALLABLE = and_(OPEN, Casefile.band < BANDS["no_phone"])
ORDER = (Casefile.band, Casefile.next_at, Casefile.id)
MOST = 1_000
NOW = bindparam("now", type_=Casefile.next_at.type)
WORKING = bindparam("working", type_=ARRAY(db.UUID()))
_DUE = Casefile.next_at <= NOW
_LATER = Casefile.next_at > NOW
_REST = {
    "post": and_(OPEN, Casefile.band >= BANDS["no_phone"]),
    "held": and_(Casefile.state == "open", Casefile.held_at.is_not(None)),
}
Parts = dict[str, ColumnElement[bool]]
PARTS: dict[str, Parts] = {
    "open": {"due": and_(CALLABLE, _DUE), "later": and_(CALLABLE, _LATER)} | _REST,
    "closed": {"due": false(), "later": CALLABLE} | _REST,
    "mixed": {
        "due": and_(CALLABLE, _DUE, Casefile.engagement_id == any_(WORKING)),
        "later": and_(CALLABLE, or_(_LATER, Casefile.engagement_id != all_(WORKING))),
    } | _REST,
}  # fmt: skip
Wanted = dict[str, Any]
WANTED = {
    "reason": Casefile.reason == bindparam("reason", type_=Casefile.reason.type),
    "least": Casefile.balance >= bindparam("least", type_=Casefile.balance.type),
}
COLUMNS = (
    Casefile.id, Casefile.number, Casefile.balance, Casefile.claims, Casefile.reason, Casefile.band, Casefile.next_at,
    Casefile.tries, Casefile.held_at, Casefile.leased_by,
)  # fmt: skip
# Asked of each row that is shown, and not joined: the planner takes as long over five tables as PostgreSQL over the page.
# (And EXISTS might read every acceptance into a table first.)
HOLDER = select(Account.name).where(Account.id == Casefile.leased_by, Casefile.leased_until > NOW)
RECALL = select(RecallNotice.final_on).where(RecallNotice.case_id == Casefile.id, RecallNotice.state == "announced")
HEARD: Any = select(literal_column("true")).where(Acceptance.case_id == Casefile.id).limit(1)
SHOWN = (
    *COLUMNS, Contactee.name, Contactee.kana, HOLDER.scalar_subquery().label("holder"),
    RECALL.scalar_subquery().label("final_on"), HEARD.scalar_subquery().label("heard"),
)  # fmt: skip
CONTRACTS = select(
    Engagement.id, Engagement.starts, Engagement.ends, Engagement.weekday_from, Engagement.weekday_until,
    Engagement.weekend_from, Engagement.weekend_until,
)  # fmt: skip


@dataclass(frozen=True)
class Upcoming:
    """When somebody can be called again, and how many then."""

    at: datetime
    cases: int


@dataclass(frozen=True)
class Hits:
    """What a part holds. Past MOST neither is known: the list is worked from its top, whatever lies further down."""

    cases: int
    yen: int | None
    more: bool = False


def contracts() -> Sequence[Any]:
    """One's own contracts of any time, with their days and hours."""
    return db.session.connection().execute(CONTRACTS).all()


def parts(own: Iterable[Any], now: datetime) -> tuple[Parts, dict[str, Any]]:
    """The parts of the list (due now, later, without a telephone, held) and the values of their parameters.

    Contracts mostly open and close together. Then the contract of a case says nothing, and an index answers alone.
    """
    known, working = list(own), _working(_running(own, now), now)
    hours = "open" if len(working) == len(known) else "mixed" if working else "closed"
    return PARTS[hours], {"now": now, "working": working}


def listed(part: ColumnElement[bool], wanted: Wanted) -> Any:
    """Cases of a part with the person; `holder` where a lease runs, `final_on` where a recall is announced, `heard` when
    the partner has said anything on its receipt. One statement for all its life."""
    return _listed(part, tuple(sorted(wanted)))


def totals(shown: Parts, values: Wanted, wanted: Wanted, of: str, *, exact: bool = False) -> dict[str, Hits]:
    """{part: hits} of all that is `wanted`, in one statement; the sum of the part `of` only. `exact`: past MOST, too."""
    asked = _totals(tuple(shown.items()), tuple(sorted(wanted)), of, None if exact else MOST)
    rows = db.session.connection().execute(asked, {**values, **wanted})
    return {part: _hits(cases, yen, exact) for part, cases, yen in rows}


def _hits(cases: int, yen: int | None, exact: bool) -> Hits:
    return Hits(cases, yen) if exact or cases <= MOST else Hits(MOST, None, more=True)


@lru_cache(maxsize=256)  # SQLAlchemy knows a statement again by its identity ten times as fast as by its parts
def _listed(part: ColumnElement[bool], wanted: tuple[str, ...]) -> Any:
    hits = select(*SHOWN).join(Contactee, Contactee.case_id == Casefile.id)
    return hits.where(part, *(WANTED[name] for name in wanted))


@lru_cache(maxsize=256)
def _totals(
    shown: tuple[tuple[str, ColumnElement[bool]], ...], wanted: tuple[str, ...], of: str, most: int | None
) -> Any:
    return union_all(*(_total(name, part, wanted, name == of, most) for name, part in shown))


def _total(name: str, part: ColumnElement[bool], wanted: tuple[str, ...], summed: bool, most: int | None) -> Any:
    hits: Any = select(Casefile.balance if summed else literal_column("0").label("balance"))
    hits = hits.select_from(Casefile).where(part, *(WANTED[w] for w in wanted))
    found = hits.limit(most + 1).subquery() if most else hits.subquery()
    yen = func.coalesce(cast(func.sum(found.c.balance), BigInteger), 0) if summed else cast(null(), BigInteger)
    return select(literal_column(f"'{name}'"), func.count(), yen).select_from(found)


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
    free = or_(Casefile.leased_by.is_(None), Casefile.leased_until <= NOW)
    shown, values = parts(contracts(), now)
    return select(Casefile.id).where(shown["due"], free).order_by(*ORDER).limit(1).params(values)


def lease(change: Update, by: Principal, now: datetime) -> Update:
    return change.values(leased_by=by.account_id, leased_until=now + LEASE, fence=Casefile.fence + 1)


def release(case_id: uuid.UUID, *, next_at: datetime | None = None, by: Principal) -> bool:
    """Gives up the own lease; False when there was none. `next_at`: when the case comes up again (後に回す)."""
    later = {"next_at": func.greatest(Casefile.next_at, next_at)} if next_at else {}
    change = update(Casefile).where(Casefile.id == case_id, Casefile.leased_by == by.account_id)
    return _written(change.values(leased_by=None, leased_until=None, **later)) is not None


def upcoming() -> Upcoming | None:
    """The first moment at which somebody can be called whom nobody can call now; None when nobody waits."""
    now = scope.now()
    running = _running(contracts(), now)
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
    clear = announced(then)
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


def _running(own: Iterable[Any], at: datetime) -> list[Any]:
    today = day_of(at)
    return [contract for contract in own if contract.starts <= today <= contract.ends]


def _working(running: Iterable[Any], at: datetime) -> list[uuid.UUID]:
    return [contract.id for contract in running if opening(contacts.hours(contract), at) == at]


def _lawful(span: Span | None) -> Span | None:
    return span and (max(span[0], OUTER_UNTIL), min(span[1], OUTER_FROM))


def _written(change: Update) -> uuid.UUID | None:
    """A case that the change reached. What the Session has loaded stays as it was."""
    rows = db.session.scalars(change.returning(Casefile.id), execution_options={"synchronize_session": False})
    return rows.first()
