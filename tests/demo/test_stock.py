"""The people and their ledger before any database: the shares of the city's stock, at every scale."""

from datetime import date

import pytest

from demo import doubles, ledger, november, people, stock, town
from portal.adapters.ledger_check import check
from portal.rules import kinds

NEAR = {0.02: 0.08, 0.1: 0.05, 1: 0.02}


@pytest.fixture(scope="module", params=sorted(NEAR))
def made(request):
    residents = people.everybody(request.param)
    return request.param, residents, stock.of(residents)


def test_people_kinds_and_telephones(made):
    scale, residents, _ = made
    near = NEAR[scale]
    assert len(residents) == pytest.approx(town.PEOPLE * scale, rel=near)
    several = [sum(len(who.kinds) == n for who in residents) / len(residents) for n in (1, 2, 3)]
    assert several == pytest.approx([0.85, 0.11, 0.04], abs=near / 2 + 0.01)
    assert sum(not who.phone1 for who in residents) / len(residents) == pytest.approx(0.56, abs=near)


def test_amounts_ages_and_exclusions(made):
    scale, _, owed = made
    near = NEAR[scale]
    total = sum(claim.balance for claim in owed)
    assert total == pytest.approx(800_000_000 * scale, rel=near)
    by_age = [0] * len(town.AGES)
    for claim in owed:
        months = (2026 - claim.due.year) * 12 + 10 - claim.due.month
        by_age[next((n for n, (_, end, _) in enumerate(town.AGES) if months < end), 3)] += claim.balance
    assert [yen / total for yen in by_age] == pytest.approx([share for *_, share in town.AGES], abs=near)
    assert sum(claim.excluded for claim in owed) / len(owed) == pytest.approx(town.EXCLUDED, abs=near)


def test_each_kind_at_full_scale():
    owed = stock.of(people.everybody(1))
    for kind in town.KINDS:
        yen = sum(claim.balance for claim in owed if claim.kind == kind.code)
        assert yen == pytest.approx(kind.millions * 1_000_000, rel=0.02), kind.code


def test_the_rules_agree_about_who_is_excluded(tmp_path):
    """What the demo believes may not be entrusted is what the check of the intake excludes."""
    residents = people.everybody(0.1)
    owed = stock.of(residents)
    file = tmp_path / "ledger.csv"
    file.write_bytes(ledger.as_csv(ledger.record(claim) for claim in owed))
    found = check(file, as_of=date(2026, 10, 31), city_code=town.CITY_CODE, kinds=kinds.shipped())
    verdicts = [judged.verdict for judged in found]
    assert set(verdicts) == {"accepted", "excluded"}
    assert sum(v == "excluded" for v in verdicts) == pytest.approx(
        sum(claim.excluded for claim in owed), abs=len(owed) * 0.02
    )


def test_the_same_scale_gives_the_same_file():
    def file():
        residents = people.everybody(0.02)
        return ledger.written(stock.of(residents), residents)

    assert file() == file()


def test_the_next_extract_lacks_its_share_and_leaves_most_as_it_was(made):
    scale, residents, owed = made
    placed = {who.number for who in residents[::2]}
    stands = november.stands(owed, placed, scale)[: -len(doubles.owed())]
    gone = {ledger_key(claim): claim for claim in owed}
    left = [gone.pop(ledger_key(claim)) for claim in stands]
    assert len(gone) == pytest.approx(182 * scale, abs=0.5)
    assert sum(claim.resident.number in placed for claim in gone.values()) == len(gone) // 2
    assert not any(claim.resident.lead for claim in gone.values())
    changed = [new for old, new in zip(left, stands, strict=True) if old != new]
    assert 0 < len(changed) < len(owed) * 0.15


def ledger_key(claim):
    return claim.resident.number, claim.kind, claim.fiscal_year, claim.instalment
