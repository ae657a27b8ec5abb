"""B4: a ledger file on its way in, by the jobs that the worker performs."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask

from bench import ledger
from bench.city import City
from bench.rounds import outcome, seconds
from bench.table import Figure, at_most
from bench.worker import Performed, performed
from portal.access import scope
from portal.actions import intakes
from portal.adapters.storage import Uploads
from portal.db import db
from portal.models.intakes import Intake

FULL = 733_981  # the records of a whole city's ledger
CHECKED_IN = 30  # seconds
PEAK = 300  # MB
MANY = 300_000  # records, of which two rounds say as much as three
SOURCES = ("11", "12", "13")  # one a round: a second load of the same claims would change nothing
STORED = {
    "city.person": "id in (select d.person_id from city.debtor d where d.source = %s)",
    "city.debtor": "source = %s",
    "city.receivable": "debtor_id in (select d.id from city.debtor d where d.source = %s)",
    "city.receivable_event": "receivable_id in (select r.id from city.receivable r join city.debtor d on d.id = r.debtor_id"
    " where d.source = %s)",
}


KEYS = "select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype = 'f'"


@dataclass(frozen=True)
class Round:
    """Seconds of each side, and the worker's peak in bytes. One source a round."""

    checked: Performed
    read: float
    loaded: Performed
    copied: float


def check_and_load(city: City, records: int) -> list[Figure]:
    """Both figures: the file read once and checked, loaded and what it stored copied once more; and the worker's memory."""
    app, found = city.app(), []
    path = city.instance / "ledger.csv"
    with app.app_context(), city.superuser() as admin:
        for source in SOURCES[: 3 if records < MANY else 2]:
            ledger.write(path, source, records)
            intake = upload(app, city, path)
            checked = perform(city, intake, "checked")
            read_once = seconds(lambda: read(path))
            ask_load(app, city, intake)
            loaded = perform(city, intake, "loaded")
            found.append(Round(checked, read_once, loaded, copied(admin, source)))
        for engine in db.engines.values():
            engine.dispose()
    path.unlink()
    return [
        check(found, records),
        load(found, records),
        *(memory(name, found, records) for name in ("checked", "loaded")),
    ]


def check(rounds: list[Round], records: int) -> Figure:
    """The check job: every record judged, every verdict stored, against reading and splitting the file's lines once.

    The aim is 30 seconds for a whole city's ledger; shorter files are scaled up to it.
    """
    found = outcome([(r.checked.seconds, r.read) for r in rounds])
    whole = found.ours / records * FULL
    return Figure(
        "B4 check of a ledger", _rate(found.ours, records), _rate(found.peer, records), "csv.reader over the file",
        found.ratio, records, f"≤ {CHECKED_IN} s for {FULL:,} ({whole:.0f} s)", whole <= CHECKED_IN,
        "each record is judged in Python and written as COPY text for the load, one after another, on one core",
    )  # fmt: skip


def load(rounds: list[Round], records: int) -> Figure:
    """The load job, under the wall with its entries, against COPY of the rows it stored into twins of their tables.

    A twin has the same columns, indexes, checks and foreign keys, and is logged and committed; it has no policies, no
    triggers, and nothing in it: the first rows of an index are the cheapest.
    """
    found = outcome([(r.loaded.seconds, r.copied) for r in rounds])
    return Figure(
        "B4 load of a ledger", _rate(found.ours, records), _rate(found.peer, records), "COPY into twins, same indexes and keys",
        found.ratio, records, **at_most(found.ratio, 1.5),
        limits="a load stages every record first, looks each up in the ledger, and writes its entries; COPY does none of these",
    )  # fmt: skip


def memory(job: str, rounds: list[Round], records: int) -> Figure:
    """The most the worker's process held; the ratio is to the aim."""
    peak = max(getattr(r, job).peak for r in rounds) / 1e6
    verb = {"checked": "check", "loaded": "load"}[job]
    return Figure(
        f"B4 memory of the worker, {verb}", f"{peak:.0f} MB", f"{PEAK} MB", "the aim", peak / PEAK, records,
        **at_most(round(peak / PEAK, 2), 1.0), limits="what Python and its libraries hold before the first record",
    )  # fmt: skip


def upload(app: flask.Flask, city: City, path: Path) -> Any:
    with _desk(city, "intake:upload") as by, path.open("rb") as file:
        known = {"file_name": path.name, "as_of": ledger.AS_OF, "source": "", "whole": True}
        return intakes.upload(file, uploads=Uploads.of(app.config), by=by, **known).id


def ask_load(app: flask.Flask, city: City, intake_id: Any) -> None:
    with _desk(city, "intake:load") as by:
        intakes.load(intake_id, uploads=Uploads.of(app.config), by=by)


def perform(city: City, intake_id: Any, state: str) -> Performed:
    """The present job of this intake, as the worker does it. RuntimeError when it does not end in `state`."""
    with _desk(city, "intake:show"):
        ticket = db.session.get_one(Intake, intake_id).ticket_id
    found = performed(city, str(ticket))
    with _desk(city, "intake:show"):
        intake = db.session.get_one(Intake, intake_id)
        if intake.state != state:
            raise RuntimeError(f"the ledger is {intake.state}, not {state}: {intake.trouble}")
    return found


def read(path: Path) -> int:
    with path.open(encoding="cp932", newline="") as file:
        return sum(1 for _ in csv.reader(file))


def copied(admin: Any, source: str) -> float:
    """Seconds that COPY takes for what the load of `source` stored, table by table, each committed."""
    taken = 0.0
    for table, rows in STORED.items():
        columns = _columns(admin, table)
        with admin.cursor().copy(f"copy (select {columns} from {table} where {rows}) to stdout", [source]) as out:
            data = list(out)
        admin.execute(f"create table public.twin (like {table} including all)")
        for (key,) in admin.execute(KEYS, [table]).fetchall():
            admin.execute(f"alter table public.twin add {key}")
        taken += seconds(lambda d=data, c=columns: _copy(admin, c, d))
        admin.execute("drop table public.twin")
    return taken


def _copy(admin: Any, columns: str, data: list[bytes]) -> None:
    with admin.cursor().copy(f"copy public.twin ({columns}) from stdin") as twin:
        for piece in data:
            twin.write(piece)


def _columns(admin: Any, table: str) -> str:
    words = """select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''"""
    ((columns,),) = admin.execute(words, [table])
    return str(columns)


@contextmanager
def _desk(city: City, action: str) -> Iterator[Any]:
    scope.leave()
    scope.enter(scope.signed_in(city.tokens["desk"], action))
    yield scope.principal()
    db.session.commit()
    scope.leave()


def _rate(taken: float, records: int) -> str:
    return f"{taken:.2f} s ({records / taken:,.0f}/s)"
