"""flask policy: the law of the system, shown and compared with what PostgreSQL really grants."""

import sys

import click
import flask
from flask.cli import AppGroup

from portal.access import law, matrix
from portal.access.doors import door
from portal.access.verify import differences
from portal.bootstrap import connect

group = AppGroup("policy", help="権限表")


@group.command("show")
@door("policy:show")
def show() -> None:
    """Print who may do what, and which role sees which rows with which verbs (Markdown)."""
    click.echo(matrix.actions())
    click.echo(matrix.rows())


@group.command("print")
@door("policy:print")
def printed() -> None:
    """Print the GRANTs, row policies, owners and triggers that the law means: what a migration freezes."""
    click.echo(law.ddl(), nl=False)


@group.command("verify")
@door("policy:verify")
def check() -> None:
    """Compare the law with the live catalogue; print every difference; exit 1 when there is one."""
    with connect(flask.current_app.config["SERVERS"]()["DATABASE_OWNER_URL"]) as owner:
        found = differences(owner)
    for line in found:
        click.echo(line)
    if found:
        sys.exit(1)
    click.echo("権限表と実際の権限は一致しています。")
