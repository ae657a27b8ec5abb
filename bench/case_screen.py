"""B2: the screen an agent has before the eyes while telephoning."""

from urllib.parse import urlencode

from bench.city import IDS, NOW, City
from bench.rounds import EFFORT, Effort, Side, alternate
from bench.table import Figure, milliseconds
from bench.web import Browser

TYPICAL = """
select f.id, f.number from shared.casefile f
 where f.org_id = %s and f.state = 'open' and f.held_at is null and f.tries = 4 order by f.id limit 1"""


def case_screen(city: City, ours: Browser, peer: Browser, effort: Effort = EFFORT) -> Figure:
    """One case with four calls behind it: verdict, history, script and all, against its rows by bare psycopg."""
    with city.superuser() as db:
        ((case_id, number),) = db.execute(TYPICAL, [IDS["north"]])
    path = f"/cases/{case_id}"
    theirs = f"/case?{urlencode({'org': IDS['north'], 'now': NOW.isoformat(), 'id': case_id})}"
    if not all(number in page for page in (ours.get(path), peer.get(theirs))):
        raise RuntimeError("a page shows another case")
    found = alternate(Side(lambda: ours.get(path)), Side(lambda: peer.get(theirs)), effort)
    return Figure(
        "B2 case screen", milliseconds(found.ours), milliseconds(found.peer), "same rows, psycopg + entry", found.ratio,
        city.cases,
    )  # fmt: skip
