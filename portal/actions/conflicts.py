"""利益相反の確認: names out to the law team before anything else of a person, answers in; then the names go again.

The link from a name to a person stays in the city (city.conflict_person); the answer stays with it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    UUID,
    ColumnElement,
    Date,
    FromClause,
    Row,
    Select,
    Text,
    Update,
    and_,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import NoResultFound

from portal import clock
from portal.access import scope
from portal.access.principal import Principal
from portal.actions import candidates, locks, placements, settings
from portal.actions.arrays import among, table
from portal.actions.candidates import Choice
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.organisations import Engagement, Organisation
from portal.models.placements import Disclosure
from portal.models.plans import Conflict, ConflictPerson
from portal.models.receivables import Debtor, Person
from portal.rules.disclosures import CONFLICT_FIELDS, CONFLICT_GROUND
from portal.rules.lifecycles import next_state
from portal.rules.placeability import Target

NAMES_DAYS = 30  # CFG conflict_names_days: after the day the answers were due
OPEN = Conflict.closed_at.is_(None)
ASKED = {"id": UUID(), "entry": UUID(), "person_id": UUID(), "name": Text(), "kana": Text(), "birth": Date()}


class NotAsked(Exception):
    """Nothing was asked; `label` says why."""

    label = ""


class NobodyToAsk(NotAsked):
    label = N_("確認を依頼する方がいません。すでに確認済み、依頼中、または引渡しの対象外です。")


class NoCheck(NotAsked):
    label = N_("この契約では、利益相反の確認を行いません。")


class DueBefore(NotAsked):
    label = N_("回答期限は今日以後の日にしてください。")


def askable(choice: Choice, engagement: Engagement, partner: Organisation, beside: bool) -> Select[Any]:
    """Persons of `choice` who could go to this contract but for the check, and of whom no question is open or answered.

    A protected person (支援措置) is never among them: candidates leave them out.
    """
    today = clock.day_of(scope.now())
    found = candidates.ledger(choice, Target(partner.kind, today, beside))
    to = placements.target(engagement, partner, today, beside)
    stands = Conflict.answered_at >= clock.combine(to.answers_since, "00:00")
    open_ = and_(Conflict.answered_at.is_(None), OPEN)
    asked = select(ConflictPerson.person_id).join(Conflict, Conflict.id == ConflictPerson.conflict_id)
    asked = asked.where(ConflictPerson.engagement_id == engagement.id, or_(stands, open_))
    return select(Person.id).where(Person.id.in_(candidates.free_persons(found)), Person.id.not_in(asked))


def ask(
    choice: Choice, *, engagement_id: uuid.UUID, beside: bool, due_on: date, decision_no: str, by: Principal
) -> tuple[uuid.UUID, int]:
    """(batch, how many names): each with an entry in the 外部提供記録. LookupError, NobodyToAsk, NoCheck, DueBefore."""
    today = clock.day_of(scope.now())
    engagement, partner = {e.id: (e, o) for e, o in placements.partners(today)}[engagement_id]
    if not engagement.conflict_check:
        raise NoCheck
    if due_on < today:
        raise DueBefore
    persons = locks.persons_where(Person.id.in_(askable(choice, engagement, partner, beside)))
    # asked by somebody else meanwhile?
    persons = list(db.session.scalars(askable(choice.only(persons), engagement, partner, beside)))
    if not persons:
        raise NobodyToAsk
    batch = uuid7()
    _disclose(_named(persons), batch, engagement, due_on, decision_no, by)
    return batch, len(persons)


def _named(persons: Sequence[uuid.UUID]) -> Sequence[Any]:
    """(person, name, kana, birth) under the newest number, in the order of the ledger's numbers."""
    newest = (
        select(Debtor.person_id, Debtor.name, Debtor.kana, Debtor.birth, Debtor.source, Debtor.number)
        .where(Debtor.person_id == among(persons), Debtor.name.is_not(None), Debtor.protected.is_(False))
        .ext(distinct_on(Debtor.person_id))
        .order_by(Debtor.person_id, Debtor.id.desc())
        .subquery()
    )
    named = select(newest.c.person_id, newest.c.name, newest.c.kana, newest.c.birth)
    return db.session.execute(named.order_by(newest.c.source, newest.c.number)).all()


def _disclose(
    named: Sequence[Any], batch: uuid.UUID, engagement: Engagement, due_on: date, decision_no: str, by: Principal
) -> None:
    """Three statements, however many names."""
    now, ids = literal(scope.now()), sorted(uuid7() for _ in named)
    rows = [(key, uuid7(), p.person_id, p.name, p.kana or "", p.birth) for key, p in zip(ids, named, strict=True)]
    asked = table("asked", rows, ASKED)
    team, me = literal(engagement.org_id, UUID()), literal(by.account_id, UUID())
    contract = literal(engagement.id, UUID())
    _insert(Conflict, asked, {
        "id": asked.c.id, "org_id": team, "engagement_id": contract, "batch_id": literal(batch, UUID()), "at": now,
        "due_on": literal(due_on), "name": asked.c.name, "kana": asked.c.kana, "birth": asked.c.birth,
    })  # fmt: skip
    _insert(ConflictPerson, asked, {
        "conflict_id": asked.c.id, "person_id": asked.c.person_id, "engagement_id": contract, "by_id": me,
    })  # fmt: skip
    _insert(Disclosure, asked, {
        "id": asked.c.entry, "person_id": asked.c.person_id, "org_id": team, "by_id": me, "at": now,
        "ground": literal(CONFLICT_GROUND), "decision_no": literal(decision_no),
        "fields": literal(list(CONFLICT_FIELDS), ARRAY(Text)), "receivables": literal([], ARRAY(UUID)),
    })  # fmt: skip


def _insert(model: Any, source: FromClause, values: Mapping[str, Any]) -> None:
    db.session.execute(insert(model.__table__).from_select(list(values), select(*values.values()).select_from(source)))


@dataclass(frozen=True)
class Batch:
    """One question: to whom, until when, and how it stands. `open`: the names are still there."""

    id: uuid.UUID
    engagement_id: uuid.UUID
    partner: str
    title: str
    at: datetime
    due_on: date
    names: int
    answered: int
    conflicts: int
    open: bool

    @property
    def waiting(self) -> int:
        return self.names - self.answered


def first_rows() -> Select[Any]:
    """One row a batch, so that batches are paged like records."""
    first = select(Conflict.id).ext(distinct_on(Conflict.batch_id)).order_by(Conflict.batch_id, Conflict.id)
    return select(Conflict).where(Conflict.id.in_(first))


def batches(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Batch]:
    """{batch: Batch}, of those the reader may see. Partners read the name of their own contract only."""
    figures = (
        select(
            Conflict.batch_id,
            func.count(),
            func.count(Conflict.result),
            func.count().filter(Conflict.result == "conflict"),
            func.bool_or(OPEN),
            func.min(Conflict.at).label("at"),
            func.min(Conflict.due_on),
            Engagement.id,
            Engagement.title,
            Organisation.name,
        )
        .join(Engagement, Engagement.id == Conflict.engagement_id)
        .join(Organisation, Organisation.id == Conflict.org_id)
        .where(Conflict.batch_id == among(ids))
        .group_by(Conflict.batch_id, Engagement.id, Engagement.title, Organisation.name)
    )
    return {
        key: Batch(key, contract, partner, title, at, due_on, names, answered, conflicts, open_)
        for key, names, answered, conflicts, open_, at, due_on, contract, title, partner in db.session.execute(figures)
    }


def batch(batch_id: uuid.UUID) -> Batch:
    """NoResultFound: none that this reader may see."""
    if (found := batches([batch_id]).get(batch_id)) is None:
        raise NoResultFound
    return found


def questions(batch_id: uuid.UUID) -> Select[Any]:
    return select(Conflict).where(Conflict.batch_id == batch_id)


def persons(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Row[Any]]:
    """{question: (person, name, kana)} as the city knows them now; for the desk."""
    named = (
        select(Debtor.person_id, Debtor.name, Debtor.kana)
        .where(Debtor.name.is_not(None))
        .ext(distinct_on(Debtor.person_id))
        .order_by(Debtor.person_id, Debtor.id.desc())
        .subquery()
    )
    found = (
        select(ConflictPerson.conflict_id, ConflictPerson.person_id, named.c.name, named.c.kana)
        .outerjoin(named, named.c.person_id == ConflictPerson.person_id)
        .where(ConflictPerson.conflict_id == among(ids))
    )
    return {row.conflict_id: row for row in db.session.execute(found)}


def answer(batch_id: uuid.UUID, answers: Mapping[uuid.UUID, tuple[str, str | None]], *, by: Principal) -> int:
    """`answers`: {question: (clear or conflict, note)}. An answer may be changed until the batch is closed.

    How many were written. NoResultFound: no such batch, or a question that is none of it; NotNow: it is closed.
    """
    _step(batch_id, "answer")
    given = [(key, result, note) for key, (result, note) in answers.items()]
    these = table("given", given, {"id": UUID(), "result": Text(), "note": Text()})
    same = (Conflict.batch_id == batch_id, Conflict.id == these.c.id)
    written = db.session.execute(
        _answered(by).values(result=these.c.result, note=these.c.note).where(*same).returning(Conflict.id)
    ).all()
    if len(written) != len(answers):
        raise NoResultFound
    return len(written)


def clear_rest(batch_id: uuid.UUID, *, by: Principal) -> int:
    """残りは該当なし: every question of the batch that has no answer yet. NoResultFound, NotNow."""
    _step(batch_id, "answer")
    rest = (Conflict.batch_id == batch_id, Conflict.answered_at.is_(None))
    return len(db.session.execute(_answered(by).values(result="clear").where(*rest).returning(Conflict.id)).all())


def _step(batch_id: uuid.UUID, action: str) -> None:
    next_state("conflict", "open" if batch(batch_id).open else "closed", action)


def _answered(by: Principal) -> Update:
    changed = update(Conflict).where(OPEN).values(answered_at=scope.now(), answered_by=by.account_id)
    return changed.execution_options(synchronize_session=False)


def close(batch_id: uuid.UUID, *, by: Principal) -> None:
    """The names go, the answers stay; what was not answered stays unanswered. NoResultFound, NotNow."""
    _step(batch_id, "close")
    _forget(Conflict.batch_id == batch_id)


def close_old(*, by: Principal, day: date) -> None:
    """Daily: names whose answers were due a month ago."""
    kept = settings.number("conflict_names_days", day, NAMES_DAYS)
    _forget(Conflict.due_on < day - timedelta(days=kept))


def _forget(condition: ColumnElement[bool]) -> None:
    gone = {"name": null(), "kana": null(), "birth": null(), "closed_at": scope.now()}
    db.session.execute(
        update(Conflict).where(OPEN, condition).values(**gone).execution_options(synchronize_session=False)
    )
