"""Alembic runs as the owner, never as a login of the application."""

import sqlalchemy as sa
from alembic import context

import portal.models.all  # noqa: F401  (fills the metadata)
from config import Settings
from portal.db import db

OURS = {"shared", "city", "access", "audit"}


def ours(thing: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Credentials and the intake stage have no record class: plain SQL makes them, narrow functions use them."""
    return not (kind == "table" and reflected and compare_to is None and (thing.schema, name) in WITHOUT_RECORD)


WITHOUT_RECORD = {
    ("city", "intake_stage"),
    ("city", "intake_person"),
    ("city", "intake_spoilt"),
    ("public", "alembic_version"),
    (None, "alembic_version"),
}
given = context.config.attributes.get("owner_url")
engine = sa.create_engine(given or Settings().servers()["DATABASE_OWNER_URL"], poolclass=sa.NullPool)
with engine.connect() as connection:
    # Under FORCE the owner sees no row; without this line a data migration would change nothing, silently.
    connection.execute(sa.text("set row_security = off"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        transaction_per_migration=True,
        include_schemas=True,
        include_name=lambda name, kind, _: kind != "schema" or name in OURS,
        include_object=ours,
        version_table_schema="access",
    )
    with connection.begin():
        connection.execute(sa.text("create schema if not exists access"))
    with context.begin_transaction():
        context.run_migrations()
