"""Random principals on a handful of pooled connections, with whatever goes wrong between them.

Threads take turns as the operating system likes; what each does comes from the seed. After every step the answer must be
exactly that principal's. Pools are smaller than the number of threads, so a backend goes from one principal to the next.
"""

import itertools
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import flask
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portal.access import scope
from portal.db import _forget_between_principals, db
from tests import cast

POOLS = {"partner": 2, "city": 1, "worker": 1}
THREADS = 7
NORTH, SOUTH, LAW = ("abe_north", "kato_north", "mori_north"), ("ito_south",), ("abe_law", "ueda_law")
EVERY = tuple(sorted(case for *_, cases in cast.DEBTORS.values() for case in cases))
# what each sees: cases, debtors of the city, and the trail
SEES: dict[str, tuple[Any, Any, Any]] = {
    "alma": (NORTH, "42501", "42501"), "ann": (NORTH, "42501", "42501"), "sora": (NORTH, "42501", "42501"),
    "bo": (SOUTH, "42501", "42501"), "lena": (LAW, "42501", "42501"), "dan": (EVERY, len(cast.DEBTORS), "42501"),
    "wim": ((), 0, "42501"), "auda": (EVERY, len(cast.DEBTORS), 0), "adi": ("42501", "42501", "42501"),
    "gus": ("28000", "28000", "28000"), "nobody": ("42501", "42501", "42501"), "signing in": ("42501", "42501", "42501"),
    "nightly": ("42501", "42501", "42501"), "the city": (EVERY, len(cast.DEBTORS), "42501"),
}  # fmt: skip
NAMES = {cast.id_(case): case for case in EVERY}
QUESTIONS = ("select id from shared.casefile", "select count(*) from city.debtor", "select count(*) from audit.event")
FORGERIES = ("portal.org", "portal.account", "portal.seal", "portal.now", "portal.action", "role")
LEFT_BEHIND = (
    "set statement_timeout = '1ms'", "select pg_advisory_lock(7)", "set role portal_agent", "set session characteristics as transaction read only",
    "select set_config('portal.org', gen_random_uuid()::text, false)", "select set_config('portal.account', gen_random_uuid()::text, false)",
    "prepare left as select 1", "declare open_one cursor with hold for select 1", "listen everybody", "create temp table left (x int)",
    "set search_path = pg_temp", "set row_security = off", "set datestyle = 'SQL, DMY'",
)  # fmt: skip


@dataclass
class Seen:
    """`served`: {backend pid: principals in the order served}."""

    steps: int = 0
    served: dict[int, list[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    tricks: Counter[str] = field(default_factory=Counter)

    @property
    def handovers(self) -> int:
        """How often a backend served somebody else than before."""
        return sum(a != b for names in self.served.values() for a, b in itertools.pairwise(names))


@contextmanager
def small_pools(app: flask.Flask) -> Iterator[None]:
    """The application's own engines with fewer connections than principals."""
    with app.app_context():
        own = dict(db.engines)
        for zone, size in POOLS.items():
            small = sa.create_engine("postgresql+psycopg://", creator=own[zone].pool._creator, pool_size=size, max_overflow=0,
                                     hide_parameters=True)  # type: ignore[attr-defined]  # fmt: skip
            _forget_between_principals(small)
            db._app_engines[app][zone] = small
    yield
    with app.app_context():
        for zone, engine in own.items():
            db._app_engines[app][zone].dispose()
            db._app_engines[app][zone] = engine


def run(app: flask.Flask, steps: int, seed: int) -> Seen:
    seen, lock = Seen(), threading.Lock()
    with small_pools(app):
        workers = [
            threading.Thread(target=_work, args=(app, random.Random(seed + n), seen, lock, steps))
            for n in range(THREADS)
        ]
        [worker.start() for worker in workers]
        [worker.join() for worker in workers]
    return seen


def _work(app: flask.Flask, dice: random.Random, seen: Seen, lock: threading.Lock, steps: int) -> None:
    while seen.steps < steps and not seen.wrong:
        who = dice.choice(list(SEES))
        try:
            with app.app_context():
                _enter(who)
                for _ in range(dice.randint(1, 6)):
                    trick = dice.choice(TRICKS)
                    found = trick(dice, who)
                    _note(seen, lock, who, trick.__name__, found)
                if dice.random() < 0.3:
                    raise InterruptedError  # the view fails; its context ends all the same
        except InterruptedError:
            continue
        except Exception as error:
            seen.wrong.append(f"{who}: {error!r}")
            raise


def _enter(who: str) -> None:
    tickets = {
        "nobody": None, "signing in": scope.signing_in("partner", "session:open"), "nightly": scope.nightly("jobs:sweep"),
        "the city": scope.system("intake:load"),
    }  # fmt: skip
    ticket = tickets.get(who) if who in tickets else scope.signed_in(cast.token(who), "case:list")
    if ticket:
        scope.enter(ticket)


def _note(seen: Seen, lock: threading.Lock, who: str, trick: str, found: list[Any]) -> None:
    answers, pid = found
    with lock:
        seen.steps += 1
        seen.tricks[trick] += 1
        if pid is not None:
            seen.served.setdefault(pid, []).append(who)
        if answers != SEES[who]:
            seen.wrong.append(f"{who} after {trick}: {answers}, must be {SEES[who]}")


def _ask(who: str) -> list[Any]:
    """What this principal sees, each question in its own savepoint, and through which backend."""
    answers: list[Any] = []
    for question in QUESTIONS:
        try:
            with db.session.begin_nested():
                rows = db.session.execute(sa.text(question)).all()
            answers.append(tuple(sorted(NAMES[i] for (i,) in rows)) if question is QUESTIONS[0] else rows[0][0])
        except DBAPIError as error:
            answers.append(error.orig.sqlstate)  # type: ignore[union-attr]
            if error.orig.sqlstate == "28000":  # type: ignore[union-attr]
                db.session.rollback()
    pid = None if who == "gus" else db.session.connection().connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
    return [tuple(answers), pid]


def _try(words: str, **values: Any) -> None:
    try:
        db.session.execute(sa.text(words), values)
    except DBAPIError:
        db.session.rollback()


def asks(dice: random.Random, who: str) -> list[Any]:
    return _ask(who)


def fails(dice: random.Random, who: str) -> list[Any]:
    """The transaction is over; the next one opens as the same principal."""
    _try("select 1 / 0")
    db.session.rollback()
    return _ask(who)


def fails_in_a_savepoint(dice: random.Random, who: str) -> list[Any]:
    try:
        with db.session.begin_nested():
            db.session.execute(sa.text("select 'x'::int"))
    except DBAPIError as error:
        if error.orig.sqlstate == "28000":  # type: ignore[union-attr]
            db.session.rollback()
    return _ask(who)


def commits(dice: random.Random, who: str) -> list[Any]:
    _try("select 1")
    db.session.commit()
    return _ask(who)


def commits_inside(dice: random.Random, who: str) -> list[Any]:
    if who != "gus":
        outer, inner = db.session.begin_nested(), db.session.begin_nested()
        inner.commit()
        (outer.commit if dice.random() < 0.5 else outer.rollback)()
    return _ask(who)


def forges(dice: random.Random, who: str) -> list[Any]:
    """In the transaction nothing is answered any more; the next one is whoever it is."""
    _try("select set_config(:name, :value, :local)", name=dice.choice(FORGERIES), local=dice.random() < 0.5,
         value=dice.choice([str(cast.id_("south")), str(cast.id_("bo")), "portal_supervisor", "portal_desk", ""]))  # fmt: skip
    _try("select count(*) from shared.casefile")
    db.session.rollback()
    db.session.close()  # the connection goes back with whatever was set for its session
    return _ask(who)


def leaves_behind(dice: random.Random, who: str) -> list[Any]:
    _try(dice.choice(LEFT_BEHIND))
    try:
        (db.session.commit if dice.random() < 0.5 else db.session.rollback)()
    except DBAPIError:
        db.session.rollback()
    db.session.close()
    return _ask(who)


def times_out(dice: random.Random, who: str) -> list[Any]:
    _try("set local statement_timeout = 1")
    _try("select pg_sleep(1)")
    db.session.rollback()
    return _ask(who)


def writes_and_rolls_back(dice: random.Random, who: str) -> list[Any]:
    _try("update shared.casefile set tries = tries + 1")
    db.session.rollback()
    return _ask(who)


TRICKS = (
    asks,
    asks,
    fails,
    fails_in_a_savepoint,
    commits,
    commits_inside,
    forges,
    leaves_behind,
    times_out,
    writes_and_rolls_back,
)
