"""Every table × role × situation: may a row for this case be added, and in whose name?"""

import uuid

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests import cast
from tests.access import oracle, stage
from tests.access.oracle import ROLES, SITUATIONS
from tests.access.test_matrix import columns, outcome, urls  # noqa: F401  (fixtures)

AUTHORS = ("by_id", "account_id", "asked_by", "received_by")
ONCE = {"claim_kind", "event", "organisation", "engagement", "account", "setting", "intake"}


@pytest.fixture(scope="module")
def samples(urls, columns):  # noqa: F811
    """One stored row of every table, as {column: value}."""
    with stage.superuser(urls) as db:
        db.row_factory = psycopg.rows.dict_row
        return {t: _sample(db, t, kinds) for t, kinds in columns.items() if not t.startswith("gate")}


def _sample(db, table, kinds):
    names = ", ".join(f'"{c}"' for c in kinds)
    where, value = ("true", []) if table == "audit.event" else _own(table)
    row = db.execute(f"select {names} from {table} where {where} limit 1", value).fetchone()
    return {c: Jsonb(v) if kinds[c] == "jsonb" and v is not None else v for c, v in row.items()}


def _own(table):
    situation = "recalled" if table == "shared.tombstone" else "own"
    column, value = stage.key_of(table, "agent", situation)
    return f"{column} = %s", [value]


def made_for(row, role, situation, author):
    """The sample as a new row for the case of this situation, signed by `author`."""
    case = (stage.LAW_CASES if role == "lawyer" else stage.CASES)[situation]
    holder = "city" if situation in ("recalled", "protected") else case.split("_")[-1]
    changed = {c: uuid.uuid4() for c in ("id",) if c in row}
    changed |= {c: cast.id_(case) for c in ("case_id",) if c in row}
    changed |= {c: cast.id_(author) for c in AUTHORS if c in row}
    if "org_id" in row:
        changed["org_id"] = cast.id_("city") if "account_id" in row or "file_name" in row else cast.id_(holder)
    return {**row, **changed}


def insert(table, row):
    names = ", ".join(f'"{c}"' for c in row)
    return f"insert into {table} ({names}) values ({', '.join(['%s'] * len(row))})"


@pytest.mark.parametrize("role", ROLES)
def test_inserts(urls, samples, role, capsys):  # noqa: F811
    me = stage.WHO.get(role, "nightly")
    wrong, asked = [], 0
    with stage.ask_as(role, urls) as db:
        for table, sample in samples.items():
            name = table.split(".")[1]
            for situation in SITUATIONS[:1] if name in ONCE else SITUATIONS:
                row = made_for(sample, role, situation, me)
                seen, must = outcome(db, insert(table, row), list(row.values())), oracle.inserts(role, name, situation)
                asked += 1
                wrong += [f"{role} inserts {table} ({situation}): is {seen}, must be {must}"] if seen != must else []
        db.rollback()
    with capsys.disabled():
        print(f" {role}: {asked} cells", end="")
    assert not wrong, "\n".join(wrong)


SIGNED = {
    "agent": ("shared.attempt", "shared.referral", "shared.return", "city.receipt"),
    "lawyer": ("shared.review",),
    "desk": ("city.entrustment", "city.disclosure", "city.hold", "city.approval", "city.intake", "access.outbox"),
    "welfare": ("city.care", "city.assessment"),
}


@pytest.mark.parametrize(("role", "table"), [(r, t) for r, tables in SIGNED.items() for t in tables])
def test_nobody_signs_for_a_colleague(urls, samples, role, table):  # noqa: F811
    other = {"agent": "ann", "lawyer": "alma", "desk": "dora", "welfare": "dan"}[role]
    with stage.ask_as(role, urls) as db:
        mine, theirs = (made_for(samples[table], role, "own", who) for who in (stage.WHO[role], other))
        assert outcome(db, insert(table, mine), list(mine.values())) == "rows"
        assert outcome(db, insert(table, theirs), list(theirs.values())) == "denied"
        db.rollback()
