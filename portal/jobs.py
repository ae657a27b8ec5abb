"""Queue, worker and sweeper: the only RQ code. Losing the queue loses nothing; the outbox row is the truth."""

import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import flask
import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import DBAPIError

from portal import daily
from portal.access import scope
from portal.access.doors import sqlstate
from portal.access.policy import may
from portal.access.principal import Principal
from portal.actions import intake_checking, intake_loading, intake_undoing, leftovers, match_proposing, related_loading
from portal.adapters.storage import Uploads
from portal.db import ScopedSession, db
from portal.models.intakes import Intake, Ticket

log = structlog.get_logger()
BEGUN = "renkei:begun:"
SILENT = 2  # tries of a job that may end without a word before it has to wait like one that failed
ROUND = 60.0  # seconds between two looks at what may wait: today's jobs, uploads nobody needs


def _with_uploads(work: Callable[..., Any]) -> Callable[..., Any]:
    """Also gives what no ticket carries: the uploads, and which city this is."""
    return lambda **args: work(**args, uploads=_uploads(), city_code=flask.current_app.config["CITY_CODE"])


def _load(intake_id: str, **known: Any) -> Callable[[], None] | None:
    """A ledger, or a file of related people."""
    intake = db.session.get_one(Intake, uuid.UUID(intake_id))
    loading = related_loading if intake.profile == "related" else intake_loading
    return loading.perform(intake_id, **known)


def _propose(*, by: Principal) -> None:
    match_proposing.propose(by=by)


def _uploads() -> Uploads:
    return Uploads.of(flask.current_app.config)


# action → what performs it: f(by=principal, **args); it may answer what is left to do once all is committed
WORK: dict[str, Callable[..., Callable[[], None] | None]] = {
    "match:propose": _propose,
    "intake:check": _with_uploads(intake_checking.perform),
    "intake:load": _with_uploads(_load),
    "intake:undo": intake_undoing.perform,
}


@event.listens_for(ScopedSession, "after_flush")
def _collect(session: ScopedSession, context: Any) -> None:
    session.info.setdefault("asked", []).extend(str(x.id) for x in session.new if isinstance(x, Ticket))


@event.listens_for(ScopedSession, "after_commit")
def _push(session: ScopedSession) -> None:
    if not session.in_nested_transaction() and (ids := session.info.pop("asked", [])):
        try:
            push(ids)
        except RedisError:
            log.warning("the queue is away; the sweeper will push", tickets=ids)


@event.listens_for(ScopedSession, "after_rollback")
def _forget(session: ScopedSession) -> None:
    if not session.in_nested_transaction():
        session.info.pop("asked", None)


def push(ids: list[str]) -> None:
    # a ledger of 700,000 records takes minutes, and the database's own locks end what hangs: no time limit
    queue().enqueue_many([Queue.prepare_data(perform, [i], result_ttl=0, timeout=-1) for i in ids])


def push_daily(actions: list[str]) -> None:
    """The queue keeps each but once: what waits there is not pushed again."""
    waiting = set(queue().job_ids)
    named = {action: f"daily-{action.replace(':', '-')}" for action in actions}
    new = [
        Queue.prepare_data(perform_daily, [action], result_ttl=0, timeout=-1, job_id=name)
        for action, name in named.items()
        if name not in waiting
    ]
    queue().enqueue_many(new)


def queue() -> Queue:
    return Queue("renkei", connection=_redis(), serializer=JSONSerializer)


def _redis() -> Redis:
    return Redis.from_url(flask.current_app.config["SERVERS"]()["REDIS_URL"])


def perform(ticket: str) -> None:
    """Become the person who asked, do it and mark it done in one transaction. A second copy finds nothing to do."""
    ticket_id = uuid.UUID(ticket)
    scope.leave()
    scope.enter(scope.job(ticket_id))
    try:
        bound, by = scope.bound(), scope.principal()
        if _begun(ticket_id) > SILENT:
            raise WorkerKilled
        if not may(by.role, bound.action):
            raise PermissionError(bound.action)
        afterwards = WORK[bound.action](by=by, **bound.args)
        db.session.commit()
    except Exception as error:
        if sqlstate(error) == "P0404":
            return
        _failed(ticket_id, error)
    else:
        _tidy(afterwards)
    finally:
        scope.leave()
    _ended(ticket_id)


class WorkerKilled(Exception):
    """SILENT times in a row the worker died in the middle of this job: too much memory, most likely. Others go first."""


def _begun(ticket_id: uuid.UUID) -> int:
    """How many tries began and never ended, this one included. Lost with the queue, and no harm done."""
    with suppress(RedisError), _redis() as counts:
        begun = counts.incr(f"{BEGUN}{ticket_id}")
        counts.expire(f"{BEGUN}{ticket_id}", 24 * 3600)
        return int(begun)
    return 1


def _ended(ticket_id: uuid.UUID) -> None:
    with suppress(RedisError), _redis() as counts:
        counts.delete(f"{BEGUN}{ticket_id}")


def _tidy(afterwards: Callable[[], None] | None) -> None:
    """What is left to do once all is committed; the sweeper does it when this cannot."""
    try:
        if afterwards:
            afterwards()
    except OSError as error:
        log.warning("the sweeper will tidy", kind=type(error).__name__)


def _failed(ticket_id: uuid.UUID, error: Exception) -> None:
    """Again later, ever more slowly. An error's text may carry people's data, so only its kind is kept."""
    scope.leave()
    kind = sqlstate(error) or type(error).__name__
    log.error("job failed", ticket=str(ticket_id), kind=kind, exc_info=None if isinstance(error, DBAPIError) else error)
    scope.enter(scope.nightly("jobs:work"))
    wait = text("clock_timestamp() + least(interval '30 seconds' * power(2, least(tries, 10)), interval '1 hour')")
    values = {"tries": Ticket.tries + 1, "error": kind, "next_at": wait}
    try:
        db.session.execute(update(Ticket).where(Ticket.id == ticket_id).values(values))
        db.session.commit()
    except DBAPIError as away:  # then the sweeper pushes it at its time
        log.warning("the try is not noted", kind=sqlstate(away) or type(away).__name__)
    scope.leave()


def perform_daily(action: str) -> None:
    """Today's job; when it fails the sweeper pushes it again. An error's text may carry people's data: only its kind."""
    try:
        daily.perform(action)
    except Exception as error:
        log.error("daily job failed", action=action, kind=sqlstate(error) or type(error).__name__)


def sweep() -> int:
    """Push again what is due and not done: after a lost queue, a killed worker, a failed try. Returns how many."""
    scope.leave()
    scope.enter(scope.nightly("jobs:sweep"))
    due = (
        select(Ticket.id)
        .where(Ticket.done_at.is_(None), Ticket.next_at <= func.clock_timestamp())
        .order_by(Ticket.next_at)
        .limit(500)
        .with_for_update(skip_locked=True, of=Ticket)
    )
    ids = db.session.scalars(due).all()
    later = text("clock_timestamp() + interval '30 seconds'")
    db.session.execute(update(Ticket).where(Ticket.id.in_(ids)).values(next_at=later))
    db.session.commit()
    scope.leave()
    if ids:
        push([str(i) for i in ids])
    return len(ids)


def work() -> None:
    """Runs until TERM. One process, no fork: a killed worker leaves nothing behind but its ticket."""
    SimpleWorker([queue()], connection=_redis(), serializer=JSONSerializer).work(with_scheduler=False)


def sweep_forever(every: float = 2.0) -> None:
    rounds = 0.0
    while True:
        try:
            sweep()
            if time.monotonic() >= rounds:
                rounds = time.monotonic() + ROUND
                push_daily(daily.due())
                leftovers.discard(_uploads())
            _uploads().discard_old()
        except (RedisError, DBAPIError, OSError) as error:
            log.warning("the sweeper waits", kind=type(error).__name__)
            scope.leave()
        time.sleep(every)
