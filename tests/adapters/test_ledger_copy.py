"""What the check writes for the load is what the record says: read back by COPY's own rules, and as tests/claims.py has it."""

import re
from datetime import date

import pytest

from portal.adapters.ledger_check import check
from portal.adapters.ledger_copy import PEOPLE, RECORDS, LedgerCopy
from portal.rules import kinds
from tests import ledgers
from tests.claims import claim

SIGNS = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\b": "\b", "\\f": "\f", "\\v": "\v", "\\\\": "\\"}


def value(cell):
    return None if cell == r"\N" else re.sub(r"\\.", lambda found: SIGNS[found[0]], cell)


def rows(lines, columns):
    return [dict(zip(columns, map(value, line.rstrip("\n").split("\t")), strict=True)) for line in lines]


def copied(path):
    """(records, what tests/claims.py makes of the same, people, spoilt)."""
    found = check(str(path), as_of=ledgers.AS_OF, city_code=ledgers.CITY, kinds=kinds.shipped())
    copy, records, claims, spoilt = LedgerCopy(found.file.layout), [], [], []

    def stage(line, finding, cells, again):
        if finding.facts and not again:
            records.append(copy.record(line, finding, cells))
            claims.append(claim(found.file.layout, cells, finding.facts))
        elif cells and not finding.facts:
            spoilt.append(copy.spoilt(line, finding.verdict, cells))

    list(found.judged(None, stage))
    return rows(records, RECORDS), claims, rows(copy.people(), PEOPLE), spoilt


def expected(one):
    moved = {event.kind: str(event.on) for event in one.events}
    same = (
        "name",
        "kana",
        "sex",
        "postcode",
        "address",
        "building",
        "phone1",
        "phone2",
        "notice_no",
        "summary",
        "memo",
    )
    return {name: getattr(one, name) or None for name in same} | {
        "source": one.source, "number": one.debtor_no, "kind_code": one.kind_code, "kind_version": str(one.kind_version),
        "class": one.class_, "cause_from": str(one.cause_from or date.min), "cause_to": str(one.cause_to or date.max),
        "cause_on": one.cause_on and str(one.cause_on), "fiscal_year": one.fiscal_year, "instalment": one.instalment,
        "branch": one.branch, "assessed": str(one.assessed), "paid": str(one.paid), "late_charge": str(one.late_charge),
        "demand_fee": str(one.demand_fee), "due_on": str(one.due_on), "last_day": str(one.last_day),
        "demanded_on": moved.get("demand"), "acknowledged_on": moved.get("acknowledgement"), "judged_on": moved.get("judgment"),
        "birth": one.birth and str(one.birth),
    }  # fmt: skip


def test_the_sample_is_copied_as_it_is_read():
    records, claims, people, spoilt = copied(ledgers.DATA / "ledger_sample_cp932.csv")
    assert len(records) == len(claims) == 840
    for row, one in zip(records, claims, strict=True):
        assert row.items() >= expected(one).items()
    assert len({row["claim_id"] for row in records} | {row["debtor_id"] for row in people}) == 840 + len(people)
    assert {row["person"] for row in records} == {row["person"] for row in people}
    assert all(row["claim_id"][12] == "7" and row["claim_id"][16] in "89ab" for row in records), "RFC 9562 version 7"
    assert len(spoilt) == 1500 - 840 - 16, "all but what nobody can take apart"


@pytest.mark.parametrize("text", ["a\\b", "a\tb", "a\nb", "\\N", "ア＼イ", "\\.", "a\x0bb"])
def test_signs_that_mean_something_to_copy(tmp_path, text):
    path = tmp_path / "l.csv"
    path.write_bytes(ledgers.text(ledgers.record(摘要=text, カナ氏名=text, 期別=text, 通知書番号=text)).encode("cp932"))
    (row,), (one,), _, _ = copied(path)
    assert row.items() >= expected(one).items()


def test_one_person_whatever_the_order(tmp_path):
    path = tmp_path / "l.csv"
    path.write_bytes(
        ledgers.text(
            ledgers.record(期別="1", 生活保護="1"), ledgers.record(宛名番号="2"), ledgers.record(期別="2", 死亡="1", 係争中="1"),
            ledgers.record(宛名番号="2", 期別="2", 支援措置="1"),
        ).encode("cp932")
    )  # fmt: skip
    records, _, people, _ = copied(path)
    assert [row["person"] for row in records] == ["0", "1", "0", "1"]
    assert [(row["line"], row["protected"], row["flags"]) for row in people] == [
        ("4", "f", "{deceased,public_assistance}"),
        ("5", "t", "{}"),
    ]
    assert records[3]["name"] is records[3]["summary"] is None, "of a protected person the keys only"


def test_a_record_without_a_number_has_no_key(tmp_path):
    path = tmp_path / "l.csv"
    path.write_bytes(ledgers.text(ledgers.record(宛名番号=""), ledgers.record(調定額="壱")).encode("cp932"))
    *_, spoilt = copied(path)
    assert spoilt == [None, "3\t01\t0001000001\t201\t2025\t3\t1\trejected\n"]
