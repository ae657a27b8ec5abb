"""flask city: what only the owner of the database can do, once."""

import secrets
from datetime import UTC, datetime

import click
import flask
import psycopg
from flask.cli import AppGroup

from portal.access.doors import door
from portal.bootstrap import connect

group = AppGroup("city", help="市の開設")


@group.command("found")
@click.argument("name")
@click.option("--admin", required=True, help="最初の管理者の利用者ID")
@door("city:found")
def found(name: str, admin: str) -> None:
    """Make the city NAME and print the path at which its first administrator enrols (72 hours)."""
    try:
        click.echo(f"/enrolments/{make(name, admin)}")
    except psycopg.errors.UniqueViolation:
        raise click.ClickException("市はすでに開設されています。") from None


def make(name: str, admin: str, *, test_clock: bool = False, now: datetime | None = None) -> str:
    """The first administrator's invitation, in hex. UniqueViolation when the city exists."""
    token = secrets.token_hex(32)
    with connect(flask.current_app.config["SERVERS"]()["DATABASE_OWNER_URL"]) as owner:
        owner.execute(
            "select access.found(%s, %s, %s, %s, %s)",
            [name, admin, bytes.fromhex(token), test_clock, now or datetime.now(UTC)],
        )
    return token
