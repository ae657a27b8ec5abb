"""A ledger in a source's own words, read as if it came in ours."""

import csv
import io

import pytest

from portal.adapters.ledger_check import check
from portal.adapters.ledger_errors import error_file
from portal.adapters.ledger_file import LedgerFile
from portal.adapters.ledger_preview import MANY, RECORDS, preview
from portal.adapters.table_file import TableFile
from portal.adapters.unreadable import Unfitting
from portal.rules import kinds
from portal.rules.eligibility import FLAGS
from portal.rules.ledger_layout import COLUMNS
from portal.rules.ledger_mapping import Mapping, guess, named
from tests.ledgers import AS_OF, CITY, DATA, record, text, xlsx

# what this source calls ours; the rest it calls as we do, or has not
THEIRS = {"宛名番号": "お客様番号", "債権種別コード": "科目", "調定額": "請求額", "収納額": "入金額", "氏名": "名義人"}
LACKING = ("自治体コード", "取込元", "支援措置", "方書")
FIXED = {"自治体コード": CITY, "取込元": "07", "支援措置": "0", "方書": ""}
HAS = tuple(column for column in COLUMNS if column not in LACKING)


def mapping(**codes):
    return Mapping({ours: THEIRS.get(ours, ours) for ours in HAS}, FIXED, codes)


@pytest.fixture
def ledger(tmp_path):
    def write(*records, encoding="cp932", header=HAS):
        head, _, rest = text(*records, header=header).partition("\r\n")
        heading = ",".join(THEIRS.get(name, name) for name in head.split(","))
        path = tmp_path / "ledger.csv"
        path.write_bytes(f"{heading}\r\n{rest}".encode(encoding))
        return path

    return write


def judged(path, said, **more):
    found = check(path, as_of=AS_OF, city_code=CITY, kinds=kinds.shipped(), mapping=said, **more)
    return list(found), found


def first(path, said):
    """The first record's cells by our columns."""
    file = LedgerFile(path, mapping=said)
    _, cells, _ = next(file.rows())
    return dict(zip(file.layout.header, file.said(cells), strict=True))


def codes(path, said):
    return [" ".join((j.verdict, *j.reasons)) for j in judged(path, said)[0]]


def test_it_is_judged_as_if_it_came_in_our_words(ledger):
    path = ledger(
        record(債権種別コード="W1"),
        record(債権種別コード="W1", 枝番="2", 死亡="1"),
        record(債権種別コード="T", 枝番="3"),
    )
    found, _ = judged(path, mapping(W1="204", T="102"))
    assert [(j.verdict, j.reasons, j.kind_code) for j in found] == [
        ("accepted", (), "204"),
        ("excluded", ("deceased",), "204"),
        ("refused", ("self_enforceable",), "102"),
    ]
    cells = first(path, mapping(W1="204"))
    assert [cells[c] for c in ("自治体コード", "取込元", "宛名番号", "債権種別コード", "氏名", "方書", "支援措置")] == [
        CITY, "07", "0001000001", "204", "伊藤　和子", "", "0",
    ]  # fmt: skip


def test_a_code_that_nobody_mapped_counts_as_it_stands(ledger):
    path = ledger(record(債権種別コード="W1"), record(枝番="2"), record(枝番="3", 債権種別コード="102"))
    assert codes(path, mapping()) == ["rejected unknown_kind", "accepted", "refused self_enforceable"]


def test_a_code_that_is_none_of_ours_is_no_kind_even_where_we_have_one_like_it(ledger):
    assert codes(ledger(record(債権種別コード="201")), mapping(**{"201": ""})) == ["rejected unknown_kind"]


def test_codes_are_read_once_never_along_a_chain(ledger):
    path = ledger(record(債権種別コード="201"), record(債権種別コード="102", 枝番="2"))
    said = mapping(**{"201": "102", "102": "201"})
    assert codes(path, said) == ["refused self_enforceable", "accepted"]


def test_codes_are_compared_after_nfkc(ledger):
    assert codes(ledger(record(債権種別コード=" Ｗ１ ")), mapping(W1="204")) == ["accepted"]


def test_a_code_with_a_version_still_needs_its_day(ledger):
    """A mapped code passes no gate that the kind itself does not pass."""
    path = ledger(
        record(債権種別コード="X", 原因発生日=""), record(債権種別コード="X", 枝番="2", 原因発生日="20190101")
    )
    assert codes(path, mapping(X="363")) == ["refused class_undecidable", "refused self_enforceable"]


def test_two_codes_for_one_kind_make_one_claim_of_two(ledger):
    path = ledger(record(債権種別コード="A"), record(債権種別コード="B"))
    assert codes(path, mapping(A="204", B="205")) == ["accepted", "accepted"]
    assert codes(path, mapping(A="204", B="204")) == ["rejected duplicate_key"] * 2


def test_repeats_are_found_through_the_mapping(ledger):
    same, other = record(債権種別コード="Ａ"), record(債権種別コード="A", 備考="x")
    assert codes(ledger(same, same), mapping(A="204")) == ["accepted", "accepted"]
    assert [j.again for j in judged(ledger(same, same), mapping(A="204"))[0]] == [False, True]
    assert codes(ledger(same, other), mapping(A="204")) == ["rejected duplicate_key"] * 2


def test_a_cell_that_holds_the_sign_that_joins_keys(ledger):
    path = ledger(record(期別="1\x1f2"), record(期別="1\x1f2", 備考="x"))
    assert codes(path, mapping()) == ["rejected duplicate_key"] * 2


def test_a_column_of_theirs_that_only_reads_like_ours_means_nothing(ledger):
    """Their 備考 is not ours: 摘要 stands for it, and what they call 摘要 is an unmapped column."""
    said = mapping()
    headings = {**said.headings, "摘要": "備考", "備考": "摘要"}
    cells = first(ledger(record(摘要="あ", 備考="い")), Mapping(headings, FIXED))
    assert (cells["摘要"], cells["備考"]) == ("い", "あ")


def test_unmapped_columns_are_searched_for_a_persons_number(ledger):
    extra = (*HAS, "控え")
    rows = [record() | {"控え": "9903-6293-4150"}, record(枝番="2") | {"控え": ""}]
    path = ledger(*rows, header=extra)
    assert codes(path, mapping()) == ["rejected individual_number", "accepted"]


def test_a_heading_that_came_twice_has_two_names(ledger):
    assert named(["電話", "", "電話", " ", "ＴＥＬ"]) == ["電話", "（2列目）", "電話（2つ目）", "（4列目）", "TEL"]
    head = tuple("電話" if c in ("電話番号1", "電話番号2") else c for c in HAS)
    row = [record()[c] for c in HAS]
    row[HAS.index("電話番号2")] = "090-0000-1111"
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[THEIRS.get(n, n) for n in head], row])
    path = ledger()
    path.write_bytes(out.getvalue().encode("cp932"))
    said = Mapping({**mapping().headings, "電話番号1": "電話", "電話番号2": "電話（2つ目）"}, FIXED)
    cells = first(path, said)
    assert (cells["電話番号1"], cells["電話番号2"]) == ("0565-00-1234", "090-0000-1111")


def test_a_file_the_mapping_does_not_fit_asks_again(ledger):
    for path in (ledger(record(), header=HAS[:-1]), ledger(record(), header=("予備", *HAS[1:]))):
        with pytest.raises(Unfitting, match=r"備考|お客様番号"):
            LedgerFile(path, mapping=mapping())
    with pytest.raises(Unfitting, match="自治体コード"):
        LedgerFile(ledger(record()))


def test_spreadsheets_get_their_zeros_back_where_the_mapping_says(tmp_path):
    heading = tuple(THEIRS.get(c, c) for c in HAS)
    cells = {**record(), "宛名番号": 1000001, "債権種別コード": 7, "調定額": 4600}
    path = xlsx(tmp_path / "l.xlsx", [cells[c] for c in HAS], header=heading)
    said = mapping(**{"007": "204"})
    assert codes(path, said) == ["accepted"]
    assert (first(path, said)["宛名番号"], first(path, said)["債権種別コード"]) == ("0001000001", "204")


def test_the_error_file_speaks_the_sources_words_and_comes_back_through_the_same_mapping(ledger, tmp_path):
    said = mapping(W1="204")
    out = io.BytesIO()
    _, found = judged(ledger(record(債権種別コード="W1", 調定額="x"), record(枝番="2")), said)
    list(found.judged(error_file(out, found.file.header, found.file.numbers)))
    rows = list(csv.reader(io.StringIO(out.getvalue().decode(), newline="")))
    assert rows[0] == ["エラー", *(THEIRS.get(c, c) for c in HAS)]
    assert rows[1][1 + HAS.index("債権種別コード")] == "W1"
    again = tmp_path / "again.csv"
    again.write_bytes(out.getvalue().replace(b",x,", b",4600,"))
    assert codes(again, said) == ["accepted"]


def test_the_sample_in_other_words_is_judged_alike(tmp_path):
    """The worked example with headings and codes changed, its municipality and source said once."""
    raw = (DATA / "ledger_sample_cp932.csv").read_bytes()
    head, _, body = raw.partition(b"\r\n")
    names = head.decode("cp932").split(",")
    path = tmp_path / "l.csv"
    path.write_bytes(",".join(f"旧{name}" for name in names).encode("cp932") + b"\r\n" + body)
    said = Mapping({ours: f"旧{ours}" for ours in names})
    with (DATA / "ledger_sample_expected.csv").open(encoding="utf-8", newline="") as rows:
        expected = [tuple(row.values()) for row in csv.DictReader(rows)]
    found, _ = judged(path, said)
    assert [(str(j.line), j.verdict, "|".join(j.reasons), "|".join(j.warnings)) for j in found] == expected


# What the desk sees


def test_the_preview_shows_the_first_records_and_hides_numbers_of_twelve_digits(ledger):
    rows = [record(枝番=str(n), 備考="990362934150" if n == 1 else "", 債権種別コード="W1") for n in range(30)]
    seen = preview(TableFile(ledger(*rows)))
    assert seen["encoding"] == "cp932" and seen["header"][:2] == ["お客様番号", "科目"]
    assert len(seen["rows"]) == RECORDS and len(seen["rows"][0]) == len(HAS)
    assert seen["rows"][1][-1] == "*" * 12
    assert (seen["kind"], seen["codes"]) == ("科目", {"W1": 30})


def test_a_column_of_too_many_values_is_not_of_kinds(ledger):
    rows = [record(枝番=str(n), 債権種別コード=f"K{n}") for n in range(MANY + 1)]
    assert preview(TableFile(ledger(*rows)))["codes"] is None
    names = [
        record(債権種別コード="名前の長い科目である何かの料金とその督促手数料"),
        record(債権種別コード="990362934150", 枝番="2"),
    ]
    assert preview(TableFile(ledger(*names)))["codes"] == {}


def test_a_check_counts_the_codes_it_met(ledger):
    path = ledger(record(債権種別コード="A"), record(債権種別コード="A", 枝番="2"), record(債権種別コード="B", 氏名=""))
    _, found = judged(path, mapping(A="204"))
    assert found.codes == {"A": 2, "B": 1}


def test_what_is_alike_is_guessed_and_no_heading_twice():
    found = guess(
        [
            "お客様番号",
            "科目",
            "請求額",
            "入金額",
            "納期限日",
            "督促状発送日",
            "氏名(漢字)",
            "氏名カナ",
            "電話",
            "携帯電話",
            "個人番号",
            "年度",
            "支援措置",
        ]
    )
    assert found == {
        "宛名番号": "お客様番号", "債権種別コード": "科目", "調定額": "請求額", "収納額": "入金額", "納期限": "納期限日", "督促発送日": "督促状発送日",
        "氏名": "氏名(漢字)", "カナ氏名": "氏名カナ", "電話番号1": "電話", "電話番号2": "携帯電話", "調定年度": "年度", "支援措置": "支援措置",
    }  # fmt: skip
    assert guess(list(COLUMNS)) == {column: column for column in COLUMNS}
    assert set(FLAGS) & set(guess(["支援", "破", "死"])) == set()


def test_what_is_stored_comes_back():
    said = mapping(W1="204", Z="")
    assert Mapping.read(*said.stored()) == said
    assert said.twice() == [] and said.forbidden() == []
    assert Mapping({"氏名": "個人番号"}).forbidden() == ["個人番号"]
