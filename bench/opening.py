"""B0: what it costs that PostgreSQL, not the application, decides who asks."""

from typing import Any

from bench.city import IDS, NOW, City
from bench.rounds import Effort, Side, alternate
from bench.table import Figure, milliseconds
from portal import bootstrap
from portal.access import scope

BIND = "select set_config('role', b.role, true), b.* from access.bind(%s, 'case:list', %s) b"
THREE = "select set_config('role', 'portal_agent', true), set_config('portal.org', %s, true), set_config('portal.now', %s, true)"


def opening(city: City) -> Figure:
    """Opening a transaction by access.bind (session, dates, contract, seal) against three set_config as a bare login.

    The peer asks nobody: an application of that kind has looked up the session before, in a query of its own.
    """
    with (
        bootstrap.connect(city.urls["DATABASE_PARTNER_URL"]) as bound,
        bootstrap.connect(city.urls["DATABASE_PARTNER_URL"]) as bare,
    ):
        token = scope.raw_token(city.tokens["agent"])
        found = alternate(
            Side(lambda: _opened(bound, BIND, [token, NOW])),
            Side(lambda: _opened(bare, THREE, [str(IDS["north"]), NOW.isoformat()])),
            Effort(times=100),
        )
    return Figure(
        "B0 opening a transaction",
        milliseconds(found.ours),
        milliseconds(found.peer),
        "three set_config",
        found.ratio,
        1,
    )


def _opened(db: Any, words: str, values: list[Any]) -> None:
    with db.transaction(force_rollback=True):
        db.execute(words, values, prepare=False).fetchone()
