"""flask demo: an invented city to try everything in."""

import json
import unicodedata
from datetime import UTC, datetime

import click
import flask
import psycopg
import pyotp
from flask.cli import AppGroup
from sqlalchemy import text

from portal import bootstrap, embedded
from portal.access import scope
from portal.access.doors import door
from portal.access.policy import ROLES
from portal.db import db

group = AppGroup("demo", help="デモの市")
HALF_MADE = "デモの市は途中までしかできていません。データベースを作り直してから、もう一度実行してください。"
NO_DEMO = "この市はデモではありません。利用者は管理者が登録します。"
NEW_CODES = "確認コードは30秒ごとに変わります。いまのコード： .venv/bin/python -m flask demo accounts"
COLUMNS = {"役割": 22, "所属": 18, "氏名": 12, "利用者ID": 11, "パスワード": 24, "確認コード": 0}


@group.command("make")
@door("demo:make")
def make() -> None:
    """Make the demo city (DEMO_SCALE), as of DEMO_NOW. Does nothing where there is a city."""
    from demo import city

    config = flask.current_app.config
    unfinished = config["INSTANCE"] / "demo-unfinished"
    if unfinished.exists():
        _begin_again()
    try:
        invitation = city.found()
    except psycopg.errors.UniqueViolation:
        return
    unfinished.touch()
    city.fill(config["DEMO_SCALE"], invitation)
    unfinished.unlink()


def _begin_again() -> None:
    """Somebody stopped us half-way: the database that we had begun to fill goes, and a new one comes."""
    config = flask.current_app.config
    if config["OWN_SERVERS"]:
        raise click.ClickException(HALF_MADE)
    owner = config["SERVERS"]()["DATABASE_OWNER_URL"]
    admin = embedded.urls(config["INSTANCE"])["DATABASE_ADMIN_URL"]
    with bootstrap.connect(admin) as superuser:
        superuser.execute(f"drop database if exists {embedded.DATABASE['run']} with (force)")
    bootstrap.prepare(admin, embedded.DATABASE["run"])
    bootstrap.migrate(owner)


@group.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="login, password, secret, role, name, organisation")
@door("demo:accounts")
def accounts(as_json: bool) -> None:
    """Who can sign in to the demo city, with the one-time code of this half minute."""
    from demo.accounts import ACCOUNTS

    known = [account for account in ACCOUNTS if _enrolled(account.login)]
    if as_json:
        rows = [
            {name: getattr(a, name) for name in ("login", "password", "secret", "role", "name", "organisation")}
            for a in known
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif not known:
        click.echo(NO_DEMO)
    else:
        click.echo("\n".join([*_table([*COLUMNS], *(_shown(account) for account in known)), NEW_CODES]))


def _enrolled(login: str) -> bool:
    """Does an account of this name exist here? Asked as the sign-in page asks."""
    for zone in ("partner", "city"):
        scope.leave()
        scope.enter(scope.signing_in(zone, "session:open"))
        if db.session.execute(text("select from access.credential_of(:login)"), {"login": login}).all():
            return True
    return False


def _shown(account) -> list[str]:
    code = pyotp.TOTP(account.secret).at(datetime.now(UTC))
    return [ROLES[account.role], account.organisation, account.name, account.login, account.password, code]


def _table(*rows: list[str]) -> list[str]:
    """Columns in line on a terminal, where a full-width letter takes two places."""
    return [
        "".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, COLUMNS.values(), strict=True))
        for row in rows
    ]


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "FWA" else 1 for letter in words)
