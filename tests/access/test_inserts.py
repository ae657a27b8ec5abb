"""Every table × role × situation: may a row for this case be added, and in whose name?"""

import pytest

from tests.access import oracle, stage
from tests.access.asking import insert, made_for, outcome, samples_of
from tests.access.oracle import ROLES, SITUATIONS
from tests.access.test_matrix import columns, urls  # noqa: F401  (fixtures)

ONCE = {"claim_kind", "event", "organisation", "engagement", "account", "setting", "intake"}


@pytest.fixture(scope="module")
def samples(urls, columns):  # noqa: F811
    with stage.superuser(urls) as db:
        return samples_of(db, columns)


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
