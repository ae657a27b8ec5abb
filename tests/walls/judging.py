"""One mutant before its judges: the behavioural oracle, and beside it the comparison of the catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from portal.access.policy import KEYS
from portal.access.verify import live_facts
from tests.walls import calls, questions, stories, trail
from tests.walls.endings import ENDINGS
from tests.walls.mutants import Mutant
from tests.walls.standing import DEFINERS, EVERYBODY, Stand

EVIL = (Path(__file__).parent / "evil.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Judged:
    """`why`: the first answer that gave the mutant away; None: it survived. `listed`: the catalogue comparison told of it."""

    name: str
    why: str | None
    listed: bool


def judge(stand: Stand, mutant: Mutant, expected: set[str]) -> Judged:
    with stand.weakened(list(mutant.statements)):
        try:
            with stand.db.transaction(force_rollback=True):
                why = next(_wrong(stand, mutant), None)
        except psycopg.Error as error:
            why = f"nobody can ask any more: {error.sqlstate}"
        return Judged(mutant.name, why, live_facts(stand.db) != expected)


def _wrong(stand: Stand, mutant: Mutant) -> Iterator[str]:
    """What concerns the mutant most, first."""
    subject, *about = mutant.ask
    yield from {
        "table": _table,
        "function": _function,
        "trail": _trail,
        "schema": calls.wrong_names,
        "logins": calls.wrong_roles,
        "powers": calls.wrong_powers,
        "bypass": _bypass,
        "stories": wrong_stories,
    }[subject](stand, *about)  # type: ignore[operator]
    if subject == "schema":
        yield from wrong_stories(stand)


def _table(stand: Stand, table: str, *roles: str) -> Iterator[str]:
    for role in roles:
        if found := questions.wrong(stand, role, table):
            yield found
    if set(roles) & set(DEFINERS) or table == "access.daily":  # written by the city itself, whom only a story plays
        yield from wrong_stories(stand)
    for role in set(EVERYBODY) - set(roles):
        if found := questions.wrong(stand, role, table):
            yield found


def _function(stand: Stand, function: str, attack: str = "") -> Iterator[str]:
    if attack:
        yield from wrong_under_attack(stand)
        return
    yield from calls.wrong_calls(stand, function)
    yield from wrong_stories(stand)


def _trail(stand: Stand, table: str) -> Iterator[str]:
    if found := trail.wrong(stand, table, KEYS.get(table, "id")):
        yield found


def _bypass(stand: Stand, role: str) -> Iterator[str]:
    for table in stand.columns:
        if found := questions.wrong(stand, role, table):
            yield found


def wrong_stories(stand: Stand) -> Iterator[str]:
    for story in stories.STORIES:
        if (seen := stories.told(stand, story)) != ENDINGS[story.__name__]:
            yield f"{story.__name__} ends: {seen}"


def wrong_under_attack(stand: Stand) -> Iterator[str]:
    """The same stories while names of the caller's own stand before those of PostgreSQL."""
    with stand.db.transaction(force_rollback=True):
        stand.db.execute("create schema evil; grant usage on schema evil to public")
        stand.db.execute(EVIL)  # type: ignore[arg-type]
        stand.db.execute("set local search_path = evil, pg_catalog")
        yield from wrong_stories(stand)
