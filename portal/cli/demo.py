"""flask demo: an invented city to try everything in."""

import json
from datetime import UTC, datetime

import click
import flask
import psycopg
import pyotp
from flask.cli import AppGroup

from portal.access.doors import door

group = AppGroup("demo", help="デモの市")
HALF_MADE = "デモの市は途中までしかできていません。データベース（instance/）を消してから、もう一度実行してください。"


@group.command("make")
@door("demo:make")
def make() -> None:
    """Make the demo city (DEMO_SCALE), as of DEMO_NOW. Does nothing where there is a city."""
    from demo import city

    try:
        city.make(flask.current_app.config["DEMO_SCALE"])
    except psycopg.errors.UniqueViolation:
        return
    except BaseException:
        click.echo(HALF_MADE, err=True)
        raise


@group.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="login, password, secret, role, name, organisation")
@door("demo:accounts")
def accounts(as_json: bool) -> None:
    """Who can sign in to the demo city, with the code of this half minute."""
    from demo.accounts import ACCOUNTS

    if as_json:
        click.echo(json.dumps([account.shown() for account in ACCOUNTS], ensure_ascii=False, indent=1))
        return
    for account in ACCOUNTS:
        click.echo(account)


def _code(secret: str) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC))
