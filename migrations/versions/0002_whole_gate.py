"""The gate whole: mappings, movements, undo of a load; persons joined and marked; plans, conflict checks, recall notices."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SQL = Path(__file__).parent.parent / "sql"
TABLES = ("shared.recall_notice", "shared.acceptance", "city.conflict_person", "shared.conflict", "city.plan_line", "city.plan",
          "city.mark", "city.related", "city.match", "city.movement", "city.load_image", "city.intake_spoilt", "city.intake_person",
          "city.mapping",
          "access.daily")  # fmt: skip


def run(*names: str) -> None:
    for name in names:
        op.execute(sa.text((SQL / name).read_text(encoding="utf-8").replace(":", "\\:")))


def upgrade() -> None:
    run("reset.sql", "0002_tables.sql", "0002_changes.sql", "0002_functions.sql", "0002_law.sql")


def downgrade() -> None:
    """What the new columns and tables hold is lost, and what only they explain stops it: a loaded file of related people."""
    run("reset.sql", "0002_back.sql")
    for table in TABLES:
        op.execute(f"drop table {table} cascade")
    run("0001_functions.sql", "0001_law.sql")
