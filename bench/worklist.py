"""B1: the page that every agent opens hundreds of times a day."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

from bench.bare import AFTER, WORKLIST
from bench.city import IDS, NOW, City
from bench.rounds import Effort, Side, alternate
from bench.spent import spent
from bench.table import Figure, at_most, milliseconds
from bench.web import Browser

HALF_SPEED = 2.0  # at least half as many pages a second as the peer
TENFOLD = 1.3


def first_page(city: City, ours: Browser, peer: Browser, effort: Effort) -> Figure:
    """The first page of 架電リスト, its entry in the trail committed, against the same 25 rows by bare psycopg."""
    return _against_peer("B1 worklist, first page", city, ours, peer, "/cases", {}, effort)


def deep_page(city: City, ours: Browser, peer: Browser, effort: Effort) -> Figure:
    """The same, nine tenths down the list."""
    place = depth(city)
    return _against_peer("B1 worklist, deep page", city, ours, peer, address(place), place, effort)


def counting_peer(city: City, ours: Browser, peer: Browser, effort: Effort) -> Figure:
    """The first page against a peer that, as our page does, also counts and sums the four tabs."""
    return _against_peer("B1 first page, peer counts too", city, ours, peer, "/cases", {"totals": "1"}, effort)


def deep_against_first(city: City, ours: Browser, effort: Effort) -> Figure:
    """A page costs the same wherever it lies: ours deep against ours first, within a fifth."""
    deep = address(depth(city))
    found = alternate(Side(lambda: ours.get(deep)), Side(lambda: ours.get("/cases")), effort)
    return Figure(
        "B1 deep page against first", milliseconds(found.ours), milliseconds(found.peer), "our first page", found.ratio,
        city.cases, "0.8 – 1.2", 0.8 <= found.ratio <= 1.2, spent(city, "agent", deep),
    )  # fmt: skip


def ten_times(city: City, ours: Browser, tenth: Browser, effort: Effort) -> Figure:
    """The first page against the same page, of the same program, in a city with a tenth of the cases."""
    found = alternate(Side(lambda: ours.get("/cases")), Side(lambda: tenth.get("/cases")), effort)
    return Figure(
        "B1 ten times the data", milliseconds(found.ours), milliseconds(found.peer), "our page, a tenth of the cases",
        found.ratio, city.cases, **at_most(found.ratio, TENFOLD), limits=spent(city, "agent", "/cases") if found.ratio > TENFOLD else "",
    )  # fmt: skip


def _against_peer(
    name: str, city: City, ours: Browser, peer: Browser, path: str, more: dict[str, Any], effort: Effort
) -> Figure:
    their_path = theirs(more)
    shown = numbers(city, more)
    if not shown or not all(number in page for number in shown for page in (ours.get(path), peer.get(their_path))):
        raise RuntimeError("a page does not show the rows it should")
    found = alternate(Side(lambda: ours.get(path)), Side(lambda: peer.get(their_path)), effort)
    return Figure(
        name, milliseconds(found.ours), milliseconds(found.peer), "same rows, psycopg + entry", found.ratio, city.cases,
        **at_most(found.ratio, HALF_SPEED), limits=spent(city, "agent", path) if found.ratio > HALF_SPEED else "",
    )  # fmt: skip


def theirs(more: dict[str, Any]) -> str:
    """The peer's address of the list; `more`: where it begins, and whether it counts."""
    return f"/worklist?{urlencode({'org': IDS['north'], 'now': NOW.isoformat(), **more})}"


def numbers(city: City, more: dict[str, Any]) -> list[str]:
    """The numbers of the cases that both pages must show."""
    words = WORKLIST.format(after=AFTER if "id" in more else "")
    with city.superuser() as db:
        rows = db.execute(words, {"org": IDS["north"], "now": NOW, **more})
        return [row[1] for row in rows.fetchall()[:25]]


def depth(city: City) -> dict[str, Any]:
    """Where the page begins that lies nine tenths down the agent's list."""
    due = "org_id = %(org)s and state = 'open' and held_at is null and band < 60 and next_at <= %(now)s"
    words = f"select band, next_at, id from shared.casefile where {due} order by band, next_at, id"
    skip = f"offset (select count(*) * 9 / 10 from shared.casefile where {due}) limit 1"
    with city.superuser() as db:
        ((band, next_at, id_),) = db.execute(f"{words} {skip}", {"org": IDS["north"], "now": NOW})
    return {"band": band, "next_at": next_at.isoformat(), "id": str(id_)}


def address(place: dict[str, Any]) -> str:
    """As the pager of the page before writes it."""
    cursor = base64.urlsafe_b64encode(json.dumps(list(place.values())).encode()).decode().rstrip("=")
    return f"/cases?{urlencode({'show': 'due', 'after': cursor})}"
