"""Every table × verb × role × situation, asked of the real PostgreSQL through the real logins, against the oracle."""

import pytest

from tests.access import oracle, stage
from tests.access.asking import change, columns_of, outcome
from tests.access.oracle import ROLES, SITUATIONS

# rows that exist once for all situations; contracts and events of the trail have no case
SHAPELESS = {"claim_kind", "intake", "event"}


@pytest.fixture(scope="module")
def urls(shared_urls):
    stage.fill(shared_urls)
    return shared_urls


@pytest.fixture(scope="module")
def columns(urls):
    with stage.superuser(urls) as db:
        return columns_of(db)


def cells(db, urls, columns, role):
    for table, kinds in columns.items():
        name = table.split(".")[1].strip('"')
        for situation in SITUATIONS[:1] if name in SHAPELESS or table.startswith("gate") else SITUATIONS:
            where, value = (
                ("true", []) if table.startswith("gate") or name == "event" else _where(table, role, situation)
            )
            yield (
                (role, table, "select", situation),
                outcome(db, f"select from {table} where {where}", value),
                _reads(role, table, name, situation),
            )
            yield (
                (role, table, "delete", situation),
                outcome(db, f"delete from {table} where {where}", value),
                ("denied" if table.startswith("gate") else _lost(oracle.deletes(role, name), name, situation)),
            )
            for column, kind in kinds.items():
                seen = outcome(db, f"update {table} set {change(role, name, column, kind)} where {where}", value)
                yield (role, table, f"update {column}", situation), seen, _updates(role, table, name, column, situation)


def _where(table, role, situation):
    column, value = stage.key_of(table, role, situation)
    return f"{column} = %s", [value]


def _reads(role, table, name, situation):
    return "denied" if table.startswith("gate") else _lost(oracle.reads(role, name, situation), name, situation)


def _updates(role, table, name, column, situation):
    return (
        "denied" if table.startswith("gate") else _lost(oracle.updates(role, name, column, situation), name, situation)
    )


def _lost(answer, name, situation):
    """Some rows exist in some situations only: then there is nothing, for whoever may look."""
    absent = (
        (name == "contactee" and situation in ("recalled", "protected"))
        or (name == "tombstone" and situation not in ("recalled", "protected"))
        or (name in ("referral", "care", "assessment") and situation == "unreferred")
        or (name == "claim_event" and situation in ("other", "recalled", "protected", "closed"))
    )
    return "none" if absent and answer == "rows" else answer


@pytest.mark.parametrize("role", ROLES)
def test_matrix(urls, columns, role, capsys):
    with stage.ask_as(role, urls) as db:
        asked = list(cells(db, urls, columns, role))
        db.rollback()
    wrong = [f"{question}: is {seen}, must be {must}" for question, seen, must in asked if seen != must]
    with capsys.disabled():
        print(f" {role}: {len(asked)} cells, {len(wrong)} differences", end="")
    assert not wrong, "\n".join(wrong[:40])
    assert len(asked) > 300
