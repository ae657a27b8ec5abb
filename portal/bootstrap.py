"""From an empty PostgreSQL to today's schema.

On servers of one's own a DBA does what `prepare` does: portal/access/roles.sql as superuser, then
`create database renkei owner portal_owner`. `make run` there only migrates.
"""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy.engine import make_url

ROOT = Path(__file__).resolve().parent.parent
ROLES = ROOT / "portal" / "access" / "roles.sql"


def prepare(admin_url: str, database: str) -> None:
    """Make the roles, which belong to the cluster, and the empty database. Does nothing the second time."""
    with connect(admin_url) as connection:
        connection.execute(ROLES.read_bytes())
        if not connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
            name = sql.Identifier(database)
            connection.execute(sql.SQL("create database {} owner portal_owner strategy file_copy").format(name))


def migrate(owner_url: str) -> None:
    """Bring the database of `owner_url` to the newest migration, as portal_owner."""
    settings = Config()
    settings.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    settings.attributes["owner_url"] = owner_url
    command.upgrade(settings, "head")


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A bare autocommit connection to a SQLAlchemy URL; statements with % and several at once pass as they are."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)
