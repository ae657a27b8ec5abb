"""B1: the page that every agent opens hundreds of times a day."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.bare import AFTER, WORKLIST
from bench.city import IDS, NOW, City
from bench.rounds import Effort, Side, alternate
from bench.spent import spent
from bench.table import Figure, at_most, milliseconds
from bench.web import Browser

LIST = "/admin/bench/casefile/"  # bench.django_admin
DUE = "org_id = %(org)s and state = 'open' and held_at is null and band < 60 and next_at <= %(now)s"

HALF_SPEED = 2.0  # at least half as many pages a second as the peer
TENTH = 0.1  # at least ten times as many as Django's admin
TENFOLD = 1.3
BY_HAND, BARE, DJANGO = "same page by hand, psycopg + entry", "25 bare rows, psycopg + entry", "Django admin, same rows"


@dataclass(frozen=True)
class Servers:
    """Browsers at our program, at the program written by hand, at Django's admin, and at ours in a tenth of the city."""

    ours: Browser
    peer: Browser
    admin: Browser
    smaller: Browser


def figures(city: City, at: Servers, effort: Effort) -> Iterator[Figure]:
    """B1: the first and a deep page of 架電リスト, each with its entry in the trail committed before the first byte."""
    place = depth(city)
    deep = address(place)
    yield _against_hand("B1 worklist, first page", city, at, "/cases", {}, effort)
    yield _against_hand("B1 worklist, deep page", city, at, deep, place, effort)
    yield _against("B1 first page, bare rows", city, at.ours, "/cases", at.peer, theirs({"plain": "1"}), BARE, effort)
    slow = Effort(effort.rounds // 2 + 1, effort.times // 3 + 1, effort.warm)
    yield _against("B1 first page, Django", city, at.ours, "/cases", at.admin, LIST, DJANGO, slow, TENTH)
    far = f"{LIST}?p={_pages(city) * 9 // 10}"
    yield _against("B1 deep page, Django", city, at.ours, deep, at.admin, far, DJANGO, slow, TENTH)
    found = alternate(Side(lambda: at.ours.get(deep)), Side(lambda: at.ours.get("/cases")), effort)
    yield Figure(
        "B1 deep page against first", milliseconds(found.ours), milliseconds(found.peer), "our first page", found.ratio,
        city.cases, "0.8 – 1.2", 0.8 <= found.ratio <= 1.2, spent(city, "agent", deep),
    )  # fmt: skip
    yield _against(
        "B1 ten times the data",
        city,
        at.ours,
        "/cases",
        at.smaller,
        "/cases",
        "our page, a tenth of the cases",
        effort,
        TENFOLD,
    )


def _against_hand(name: str, city: City, at: Servers, path: str, more: dict[str, Any], effort: Effort) -> Figure:
    shown = numbers(city, more)
    if not shown or not all(
        number in page for number in shown for page in (at.ours.get(path), at.peer.get(theirs(more)))
    ):
        raise RuntimeError("a page does not show the rows it should")
    return _against(name, city, at.ours, path, at.peer, theirs(more), BY_HAND, effort, HALF_SPEED)


def _against(
    name: str,
    city: City,
    ours: Browser,
    path: str,
    peer: Browser,
    other: str,
    peer_is: str,
    effort: Effort,
    most: float = 0,
) -> Figure:
    found = alternate(Side(lambda: ours.get(path)), Side(lambda: peer.get(other)), effort)
    aim = at_most(found.ratio, most) | {"limits": spent(city, "agent", path)} if most else {}
    times = milliseconds(found.ours), milliseconds(found.peer)
    return Figure(name, *times, peer_is, found.ratio, city.cases, **aim)


def _pages(city: City) -> int:
    with city.superuser() as db:
        ((cases,),) = db.execute(f"select count(*) from shared.casefile where {DUE}", {"org": IDS["north"], "now": NOW})
    return max(int(cases) // 25, 1)


def theirs(more: dict[str, Any]) -> str:
    """The peer's address of the list; `more`: where it begins, and whether it is plain."""
    return f"/worklist?{urlencode({'org': IDS['north'], 'now': NOW.isoformat(), **more})}"


def numbers(city: City, more: dict[str, Any]) -> list[str]:
    """The numbers of the cases that both pages must show."""
    words = WORKLIST.format(after=AFTER if "id" in more else "")
    with city.superuser() as db:
        rows = db.execute(words, {"org": IDS["north"], "now": NOW, **more})
        return [row[1] for row in rows.fetchall()[:25]]


def depth(city: City) -> dict[str, Any]:
    """Where the page begins that lies nine tenths down the agent's list."""
    words = f"select band, next_at, id from shared.casefile where {DUE} order by band, next_at, id"
    skip = f"offset (select count(*) * 9 / 10 from shared.casefile where {DUE}) limit 1"
    with city.superuser() as db:
        ((band, next_at, id_),) = db.execute(f"{words} {skip}", {"org": IDS["north"], "now": NOW})
    return {"band": band, "next_at": next_at.isoformat(), "id": str(id_)}


def address(place: dict[str, Any]) -> str:
    """As the pager of the page before writes it."""
    cursor = base64.urlsafe_b64encode(json.dumps(list(place.values())).encode()).decode().rstrip("=")
    return f"/cases?{urlencode({'show': 'due', 'after': cursor})}"
