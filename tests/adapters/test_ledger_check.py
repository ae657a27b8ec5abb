"""The check of a whole file: the worked example, what repeats, totals, the error file."""

import csv
import io
import random

import pytest

from portal.adapters.ledger_check import check
from portal.adapters.ledger_errors import error_file
from portal.rules import kinds
from portal.rules.intake import Totals
from portal.rules.ledger_layout import COLUMNS
from tests.ledgers import AS_OF, CITY, DATA, record, text, verdicts

GOOD = "accepted"


def checked(path, **more):
    return check(path, as_of=AS_OF, city_code=CITY, kinds=kinds.shipped(), **more)


@pytest.fixture
def ledger(tmp_path):
    def write(*records, encoding="cp932", header=COLUMNS):
        path = tmp_path / "ledger.csv"
        path.write_bytes(text(*records, header=header).encode(encoding))
        return path

    return write


def said(path):
    return [" ".join(filter(None, codes)) for _, *codes in verdicts(path)]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_the_sample_record_by_record(tmp_path, encoding):
    raw = (DATA / "ledger_sample_cp932.csv").read_bytes()
    with (DATA / "ledger_sample_expected.csv").open(encoding="utf-8", newline="") as rows:
        expected = [(int(row["line"]), row["verdict"], row["reasons"], row["warnings"]) for row in csv.DictReader(rows)]
    assert len(expected) == 1500
    path = tmp_path / "ledger.csv"
    if encoding == "cp932":
        path.write_bytes(raw)
        assert verdicts(path) == expected
        return
    # what CP932 cannot hold becomes another thing in another encoding, so those records are left out
    path.write_bytes(raw.decode("cp932", "replace").encode(encoding))
    found = {line: codes for line, *codes in verdicts(path)}
    same = [row for row in expected if row[2] != "bad_encoding"]
    assert [(line, *found[line]) for line, *_ in same] == same


def test_nothing_is_lost_and_it_may_be_asked_twice():
    found = checked(DATA / "ledger_sample_cp932.csv")
    first, second = list(found), list(found)
    assert first == second and len(first) == found.total == 1500


def test_only_storable_records_carry_anything():
    for judged in checked(DATA / "ledger_sample_cp932.csv"):
        kept = judged.verdict in ("excluded", "accepted")
        assert (judged.balance is not None) == kept
        assert (judged.kind_code is None) == (judged.verdict == "rejected")


def test_control_totals():
    totals = Totals()
    for judged in checked(DATA / "ledger_sample_cp932.csv"):
        totals.add(judged)
    verdicts_ = {verdict: tally.count for verdict, tally in totals.verdicts.items()}
    assert verdicts_ == {"rejected": 95, "refused": 565, "excluded": 317, "accepted": 523}
    assert totals.all.count == 1500
    assert totals.reasons["self_enforceable"].count == 554 and totals.reasons["self_enforceable"].yen == 0
    assert totals.verdicts["refused"].yen == totals.verdicts["rejected"].yen == 0
    assert sum(v["refused"].count for v in totals.kinds.values() if "refused" in v) == 565
    assert sum(tally.yen for by in totals.kinds.values() for tally in by.values()) == totals.all.yen
    assert totals.as_json()["verdicts"]["accepted"] == [523, totals.verdicts["accepted"].yen]
    assert totals.as_json()["again"] == [0, 0]


# What repeats


def test_an_equal_repeat_takes_the_first_verdict_and_loads_once(ledger):
    found = list(checked(ledger(record(), record(枝番="2"), record(), record())))
    assert [(j.verdict, j.again) for j in found] == [(GOOD, False), (GOOD, False), (GOOD, True), (GOOD, True)]
    totals = Totals()
    for judged in found:
        totals.add(judged)
    assert (totals.all.count, totals.again.count, totals.again.yen) == (4, 2, 9200)


def test_all_records_of_a_key_with_different_content_are_rejected(ledger):
    path = ledger(record(), record(), record(枝番="2"), record(調定額="4601"))
    assert said(path) == ["rejected duplicate_key", "rejected duplicate_key", GOOD, "rejected duplicate_key"]


def test_keys_are_compared_after_nfkc_contents_as_they_stand(ledger):
    path = ledger(record(宛名番号="１２"), record(宛名番号=" 12 "), record(枝番="2"), record(枝番=" 2"))
    assert said(path) == ["rejected duplicate_key"] * 2 + [GOOD] * 2


def test_a_key_is_all_six_and_nothing_else(ledger):
    other = [record(**{column: "2"}) for column in ("取込元", "宛名番号", "調定年度", "期別", "枝番")]
    assert said(ledger(record(), record(債権種別コード="202"), *other)) == [GOOD] * 7
    assert said(ledger(record(), record(自治体コード="239992"))) == ["rejected duplicate_key"] * 2


def test_keys_are_found_behind_a_quoted_amount(ledger):
    pair = record(調定額="4600"), record(調定額="4,600")
    assert said(ledger(*pair, header=tuple(reversed(COLUMNS)))) == ["rejected duplicate_key"] * 2


def test_cells_of_a_key_never_run_together(ledger):
    assert said(ledger(record(期別="1", 枝番="23"), record(期別="12", 枝番="3"))) == [GOOD] * 2


def test_malformed_records_count(ledger):
    path = ledger(record(), record(調定額="x"))
    assert said(path) == ["rejected duplicate_key", "rejected bad_amount|duplicate_key"]


def test_refused_classes_repeat_too(ledger):
    path = ledger(record(債権種別コード="101"), record(債権種別コード="101", 備考="甲"), record(債権種別コード="102"))
    assert said(path) == ["rejected duplicate_key"] * 2 + ["refused self_enforceable"]


def test_records_without_a_number_or_a_shape_do_not_count(ledger, tmp_path):
    path = ledger(record(宛名番号=""), record(宛名番号="", 備考="甲"), record(備考="乙"), record())
    raw = path.read_bytes().split(b"\r\n")
    short, spoilt = raw[4].rsplit(b",", 1)[0], raw[4] + b"\xff"
    path.write_bytes(b"\r\n".join([*raw[:3], short, spoilt, raw[4], b""]))
    assert said(path) == [
        "rejected missing_debtor_no",
        "rejected missing_debtor_no",
        "rejected column_count",
        "rejected bad_encoding",
        GOOD,
    ]


def test_an_unmapped_column_is_content(ledger):
    header = (*COLUMNS, "予備")
    path = ledger(record() | {"予備": "1"}, record() | {"予備": "2"}, header=header)
    assert said(path) == ["rejected duplicate_key"] * 2


def test_repeats_against_comparing_every_pair(ledger):
    seed = random.randrange(10**6)
    print("seed", seed)
    dice = random.Random(seed)
    records = [
        record(
            宛名番号=dice.choice(("1", "１", " 1", "2", '"3"', "")), 枝番=dice.choice("12"), 備考=dice.choice(("", "a"))
        )
        for _ in range(30)
    ]
    path = ledger(*records)
    found = list(checked(path))
    keys = [(r["宛名番号"].strip().translate({ord("１"): "1"}), r["枝番"]) for r in records]
    contents = [tuple(cell.strip() for cell in r.values()) for r in records]
    for at, judged in enumerate(found):
        like = [contents[other] for other in range(30) if keys[other] == keys[at] and keys[at][0]]
        assert ("duplicate_key" in judged.reasons) == (len(set(like)) > 1), at
        assert judged.again == (len(set(like)) == 1 and contents[at] in contents[:at]), at


# The error file


def written(found):
    out = io.BytesIO()
    add = error_file(out, found.file.header, found.file.numbers)
    rejected = [judged for judged in found.judged(add) if judged.verdict == "rejected"]
    return out.getvalue(), len(rejected)


def errors(path):
    raw, count = written(checked(path))
    rows = list(csv.reader(io.StringIO(raw.decode(), newline="")))
    assert len(rows) == count + 1
    return rows


def test_the_error_file_holds_the_rejected_records_only(ledger):
    bad = record(枝番="2", 調定額="x", 納期限="?", 備考='改行\nと"引用"、')
    rows = errors(ledger(record(), bad, record(枝番="3", 債権種別コード="101")))
    assert rows[0] == ["エラー", *COLUMNS]
    assert rows[1][1:] == list(bad.values())
    assert "（bad_date）" in rows[1][0] and "（bad_amount）" in rows[1][0]
    assert len(rows) == 2


def test_corrected_it_can_be_sent_again(ledger, tmp_path):
    path = ledger(record(調定額="x", 備考="=1+1"), record(枝番="2", 調定額="-5"))
    again = tmp_path / "again.csv"
    again.write_bytes(written(checked(path))[0].replace(b",x,", b",5,"))
    cells = []
    found = list(checked(again).judged(None, lambda line, finding, ours, repeats: cells.append(ours)))
    assert [(j.verdict, j.reasons) for j in found] == [(GOOD, ()), ("rejected", ("bad_amount",))]
    assert cells[0][COLUMNS.index("備考") + 1 - (len(cells[0]) == len(COLUMNS))] == "=1+1"
    # and its own error file has one column of errors, not two
    assert errors(again)[0] == ["エラー", *COLUMNS]
    assert errors(again)[1][1:] == errors(path)[2][1:]


def test_formulas_are_neutralised(ledger):
    rows = errors(ledger(record(調定額="x", 備考="=HYPERLINK(1)", 方書="@a", 摘要="+1", 期別="-1", 通知書番号=" =2")))
    told = dict(zip(rows[0], rows[1], strict=True))
    assert [told[c] for c in ("備考", "方書", "摘要", "期別", "通知書番号")] == [
        "'=HYPERLINK(1)",
        "'@a",
        "'+1",
        "'-1",
        "'=2",
    ]


def test_a_heading_of_the_files_own_is_no_formula_either(ledger):
    own = {**record(調定額="x"), "=cmd|' /C calc'!A0": "", "番号9903-6293-4150": ""}
    assert errors(ledger(own, header=tuple(own)))[0][-2:] == ["'=cmd|' /C calc'!A0", "番号**************"]


def test_twelve_digits_are_struck_out_but_in_numbers(ledger):
    long = "990362934151"
    path = ledger(record(備考="番号 9903-6293-4150", 摘要=long, 宛名番号=long, 電話番号1=long))
    told = dict(zip(*errors(path), strict=True))
    assert (told["備考"], told["摘要"]) == ("番号 **************", "*" * 12)
    assert (told["宛名番号"], told["電話番号1"]) == (long, long)


def test_where_cells_are_out_of_place_every_long_number_is_struck_out(ledger):
    path = ledger(record(宛名番号="990362934150"))
    raw = path.read_bytes().rstrip()
    for tail in (b",9\r\n", b"\xff\r\n"):
        path.write_bytes(raw + tail)
        rows = errors(path)
        assert rows[1][3] == "*" * 12
        assert len(rows[1]) == 1 + len(COLUMNS) + (tail[:1] == b",")


def test_what_cannot_be_decoded_is_shown_as_missing(ledger):
    path = ledger(record(備考="甲"))
    path.write_bytes(path.read_bytes().replace("甲".encode("cp932"), b"\x81"))
    assert errors(path)[1][-1] == "〓"
    assert "𠮷田" in errors(ledger(record(調定額="x", 氏名="𠮷田"), encoding="utf-8"))[1]
