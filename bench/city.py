"""The city that is measured: filled in sets, with three sessions open, and its clock on a Wednesday afternoon."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask
import psycopg
from psycopg import ClientCursor
from sqlalchemy import make_url

from config import Settings
from demo.moments import NOW
from portal import bootstrap, create_app
from portal.access import scope

SQL = Path(__file__).with_name("city.sql")
KEY = "the key of the bench, and of nothing else"
NAMES = ("city", "north", "south", "law", "intake")
IDS = {name: uuid.uuid5(uuid.NAMESPACE_URL, f"renkei:bench:{name}") for name in NAMES}


@dataclass(frozen=True)
class City:
    """`urls`: as of portal.embedded.Servers; `instance`: a folder for logs and uploads; `cases`: placed in all.

    `tokens`: of an agent of the largest partner, of a lawyer, of the city's desk, each signed in.
    """

    urls: dict[str, str]
    instance: Path
    cases: int
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def admin_url(self) -> str:
        """Of the superuser, to this database."""
        database = make_url(self.urls["DATABASE_OWNER_URL"]).database
        address = make_url(self.urls["DATABASE_ADMIN_URL"]).set(drivername="postgresql", database=database)
        return address.render_as_string(hide_password=False)

    def superuser(self) -> psycopg.Connection[Any]:
        """No row security, no triggers: what every peer asks with."""
        return bootstrap.connect(self.admin_url)

    def environment(self) -> dict[str, str]:
        """For a web server of this city, or its peer."""
        known = {
            "INSTANCE": str(self.instance),
            "SECRET_KEY": KEY,
            "DEMO_NOW": NOW.isoformat(),
            "BENCH_PEER": self.admin_url,
        }
        return self.urls | known

    def app(self) -> flask.Flask:
        named = {name.lower(): url for name, url in self.urls.items()}
        return create_app(Settings(instance=self.instance, secret_key=KEY, demo_now=NOW, **named))


def beside(urls: dict[str, str], database: str) -> dict[str, str]:
    """The addresses of another database, made and migrated on the same server."""
    bootstrap.prepare(urls["DATABASE_ADMIN_URL"], database)
    logins = {name for name in urls if name.startswith("DATABASE_")} - {"DATABASE_ADMIN_URL"}
    led = {name: make_url(urls[name]).set(database=database).render_as_string(hide_password=False) for name in logins}
    bootstrap.migrate(led["DATABASE_OWNER_URL"])
    return urls | led


def fill(urls: dict[str, str], instance: Path, cases: int) -> City:
    """Fill the migrated, empty database of `urls`; nearly four claims a case."""
    zones = {"agent": "partner", "lawyer": "partner", "desk": "city"}
    made = City(urls, instance, cases, {who: scope.new_token(zone) for who, zone in zones.items()})
    known: dict[str, Any] = {**IDS, "cases": cases, "now": NOW}
    known |= {f"{who}_token": scope.raw_token(token) for who, token in made.tokens.items()}
    with made.superuser() as admin:
        ClientCursor(admin).execute(SQL.read_text(encoding="utf-8"), known)
        admin.execute("vacuum analyze")
    return made
