"""Bytes to records: encodings, quotes, lines, cells."""

import random

import pytest

from portal.adapters import csv_records
from portal.adapters.ledger_file import LedgerFile
from portal.adapters.unreadable import UnreadableFile
from portal.rules.ledger_layout import COLUMNS
from tests.ledgers import HEADING, line, record, text, verdicts

GOOD = "accepted"


@pytest.fixture
def ledger(tmp_path):
    def write(*lines, encoding="cp932", end=b"\r\n", heading=HEADING):
        raw = [part if isinstance(part, bytes) else part.encode(encoding) for part in (heading, *lines)]
        path = tmp_path / "ledger.csv"
        path.write_bytes(end.join(raw) + end)
        return path

    return write


def said(path, **more):
    return [(at, " ".join(filter(None, codes))) for at, *codes in verdicts(path, **more)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path, encoding, end):
    path = tmp_path / "ledger.csv"
    mark = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}.get(encoding, "")
    path.write_bytes((mark + text(record(), record(枝番="2", 氏名="髙橋"), end=end)).encode(encoding))
    assert said(path) == [(2, GOOD), (3, GOOD)]
    found = LedgerFile(path)
    assert found.encoding == {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    names = [cells[found.layout.at["氏名"]] for _, cells, _ in found.rows()]
    assert names == ["伊藤　和子", "髙橋"]


def test_the_last_line_needs_no_end(ledger):
    path = ledger(line())
    path.write_bytes(path.read_bytes().rstrip())
    assert said(path) == [(2, GOOD)]


def test_fewer_undecodable_records_decide(ledger):
    # UTF-8 with two spoilt records of five: still UTF-8
    lines = [line(枝番=str(n)) for n in range(5)]
    spoilt = [part.encode() + (b"\xff" if n < 2 else b"") for n, part in enumerate(lines)]
    path = ledger(*spoilt, encoding="utf-8")
    assert LedgerFile(path).encoding == "utf-8"
    assert [codes for _, codes in said(path)] == ["rejected bad_encoding"] * 2 + [GOOD] * 3


def test_contest_counts_records_not_lines(ledger):
    # one CP932 record of three spoilt lines against two good UTF-8 ones
    wide = line(備考="甲\n乙\n丙").encode("cp932")
    path = ledger(wide, line(枝番="2"), line(枝番="3"), encoding="utf-8")
    assert LedgerFile(path).encoding == "utf-8"
    assert said(path) == [(2, "rejected bad_encoding"), (5, GOOD), (6, GOOD)]


def test_a_tie_is_utf8(tmp_path):
    # the heading reads as UTF-8 only, one record as CP932 only
    path = tmp_path / "ledger.csv"
    plain = line(摘要="", カナ氏名="", 氏名="", 住所="")
    path.write_bytes(HEADING.encode() + b"\n" + plain.replace("N0000001", "X").encode() + b"\x82\xa0\n")
    assert LedgerFile(path).encoding == "utf-8"


def test_the_desk_may_choose_the_encoding(ledger):
    path = ledger(line(摘要="", カナ氏名="", 住所="", 氏名="ｱ"))
    assert LedgerFile(path, "cp932").encoding == "cp932"
    with pytest.raises(UnreadableFile):
        LedgerFile(path, "utf-8")


def with_memo(memo, branch):
    return line(枝番=str(branch)).encode("cp932") + memo


@pytest.mark.parametrize(
    ("memo", "codes"),
    [
        (b"\x80", "rejected bad_encoding"),
        (b"\xa0", "rejected bad_encoding"),
        (b"\xfd", "rejected bad_encoding"),
        (b"\xfe", "rejected bad_encoding"),
        (b"\xff", "rejected bad_encoding"),
        (b"\x00", "rejected bad_encoding"),
        (b"\x81", "rejected bad_encoding"),
        (b"\x85\x9e", "rejected bad_encoding"),
        (b"\x95\xa0", GOOD),  # 腹: A0 as second byte
        (b"\x83\x80", GOOD),  # ム: 80 as second byte
        (b"\xf0\x40", GOOD),  # 外字
        (b"\xf9\xfc", GOOD),
        (b"\xa1\xdf", GOOD),  # half-width kana
        (b"\x87\x40", GOOD),  # NEC row 13
        (b"\xed\x40\xfa\x40", GOOD),  # NEC and IBM extensions
        (b"\x81\x60\x81\x7c", GOOD),
    ],
)
def test_bytes_of_cp932(ledger, memo, codes):
    path = ledger(line(), with_memo(memo, 2), with_memo(b"\x8e\x81", 3))
    assert said(path) == [(2, GOOD), (3, codes), (4, GOOD)]


def test_bad_encoding_comes_before_column_count(ledger):
    path = ledger(line(), b"\xff,1,2", b"1,2", line(枝番="2").encode("cp932") + b",\xff")
    assert said(path) == [
        (2, GOOD),
        (3, "rejected bad_encoding"),
        (4, "rejected column_count"),
        (5, "rejected bad_encoding"),
    ]


def test_signs_that_only_cp932_lacks_are_sound_in_utf8(ledger):
    path = ledger(line(備考="\xa0\x80\uf8f1"), line(枝番="2", 備考="\x00"), encoding="utf-8")
    assert said(path) == [(2, GOOD), (3, "rejected bad_encoding")]


def test_half_a_character_in_utf16(tmp_path):
    path = tmp_path / "ledger.csv"
    good = text(record(), record(枝番="2", 備考="字"), record(枝番="3", 備考="𠮷"), end="\n").encode("utf-16-le")
    spoilt = good.replace("字".encode("utf-16-le"), b"\x00\xd8")
    path.write_bytes(b"\xff\xfe" + spoilt + b"x")
    assert said(path) == [
        (2, GOOD),
        (3, "rejected bad_encoding"),
        (4, GOOD),
        (5, "rejected bad_encoding"),
    ]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-16"])
def test_cells_may_hold_line_breaks(tmp_path, encoding):
    path = tmp_path / "ledger.csv"
    memo = 'いち\r\nに\n"さん", よん\n\n'
    path.write_bytes(text(record(備考=memo), record(枝番="2"), record(枝番="3", 摘要="a\nb")).encode(encoding))
    assert said(path) == [(2, GOOD), (7, GOOD), (8, GOOD)]
    found = LedgerFile(path)
    _, cells, _ = next(found.rows())
    assert cells[found.layout.at["備考"]].replace("\r\n", "\n") == memo.strip().replace("\r\n", "\n")


def test_an_unclosed_quote_reaches_the_end(ledger):
    path = ledger(line(), line(枝番="2") + '"abc', line(枝番="3"), line(枝番="4"))
    assert said(path) == [(2, GOOD), (3, "rejected column_count")]


def test_an_unclosed_quote_in_the_last_cell_is_not_well_formed(ledger):
    path = ledger(line(), line(枝番="2") + '"')
    assert said(path) == [(2, GOOD), (3, "rejected column_count")]


def test_an_unclosed_quote_over_spoilt_bytes_is_bad_encoding(ledger):
    path = ledger(line(), line(枝番="2") + '"abc', b"\xff")
    assert said(path) == [(2, GOOD), (3, "rejected bad_encoding")]


@pytest.mark.parametrize(("tail", "codes"), [(b"", "column_count"), (b"\xff", "bad_encoding")])
def test_an_unclosed_quote_over_a_long_file_takes_no_memory(ledger, tail, codes):
    lines = [line(枝番="2")] * 12_000
    path = ledger(line() + '"', *lines, tail)
    assert path.stat().st_size > 2 * csv_records.MAX_RECORD
    assert said(path) == [(2, f"rejected {codes}")]
    with path.open("rb") as stream:
        *_, (_, raw, whole) = csv_records.records([stream.read()])
    assert not whole and len(raw) < csv_records.MAX_RECORD + 1000


@pytest.mark.parametrize("cell", ["x", "x" * 99 + "\n", 'x"'])
def test_a_long_cell_is_a_cell_and_one_beyond_all_bounds_is_not(ledger, cell):
    fits, beyond = (cell * (size // len(cell)) for size in (200_000, csv_records.MAX_RECORD + 10))
    path = ledger(line(備考=fits), line(枝番="2", 備考=beyond), line(枝番="3"))
    assert [codes for _, codes in said(path)] == [GOOD, "rejected column_count", GOOD]


def test_a_quote_inside_a_cell_is_a_sign(ledger):
    path = ledger(line(方書='5"管').replace('"5""管"', '5"管'), line(枝番="2"))
    assert said(path) == [(2, GOOD), (3, GOOD)]


@pytest.mark.parametrize("change", [lambda good: good + ",", lambda good: good[:-1], lambda good: "x"])
def test_column_count(ledger, change):
    assert said(ledger(line(), change(line(枝番="2")))) == [(2, GOOD), (3, "rejected column_count")]


def test_wholly_empty_lines_are_no_records(ledger):
    empty = "," * (len(COLUMNS) - 1)
    path = ledger("", line(), "", "  ", empty, ",,", '""', "　", line(枝番="2"), "")
    assert said(path) == [(3, GOOD), (10, GOOD)]


def test_empty_lines_before_the_heading(ledger):
    assert said(ledger(HEADING, line(), heading="")) == [(3, GOOD)]


def test_cells_are_trimmed(ledger):
    path = ledger(line(宛名番号=" 0001 ", 調定額="　４，６００　", 死亡=" 1", 納期限="\t20250630 "))
    assert said(path) == [(2, "excluded deceased")]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("'+81", "+81"),
        (" '@x", "@x"),
        ("'x", "'x"),
        ("''=1", "''=1"),
        ("a'=b", "a'=b"),
    ],
)
def test_a_neutralised_cell_comes_back(ledger, cell, read):
    found = LedgerFile(ledger(line(備考=cell)))
    _, cells, _ = next(found.rows())
    assert cells[found.layout.at["備考"]] == read


def test_a_neutralised_amount_is_still_negative(ledger):
    assert said(ledger(line(調定額="'-500"))) == [(2, "rejected bad_amount")]


def test_other_orders_more_columns_and_wide_letters_in_the_heading(tmp_path):
    path = tmp_path / "ledger.csv"
    header = ("予備", *reversed(COLUMNS), "", "予備")
    body = text(record(), record(枝番="2", 死亡="1"), header=header).replace("電話番号1", " 電話番号１ ")
    path.write_bytes(body.encode("cp932"))
    assert said(path) == [(2, GOOD), (3, "excluded deceased")]


def test_the_notice_number_may_be_left_out(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_bytes(text(record(), header=tuple(c for c in COLUMNS if c != "通知書番号")).encode("cp932"))
    assert said(path) == [(2, GOOD)]


def test_a_heading_alone_is_a_file_without_records(ledger):
    assert said(ledger()) == []


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "空"),
        (b"\r\n\r\n", "空"),
        (b"\xef\xbb\xbf", "空"),
        (b"\xff\xfe", "空"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel"),
        (b"PK\x03\x04broken", "XLSX"),
        (b"\x89PNG\r\n\x1a\n\0\0", "画像"),
        (b"\0" * 4096, "見出し"),
        (line().encode("cp932"), "見出し"),
        ("氏名,住所\n甲,乙\n".encode("cp932"), "見出し"),
        (HEADING.replace("生活保護,", "").encode("cp932"), "生活保護"),
        (HEADING.replace("納期限", "調定額").encode("cp932"), "納期限"),
        ((HEADING + ",納期限").encode("cp932"), "2つ"),
        ((HEADING + ',"').encode("cp932"), "見出しの行"),
        (HEADING.encode("utf-16-le"), "見出し"),
        (HEADING.encode("euc-jp"), "見出し"),
        (b"x" * (csv_records.MAX_LINE + 2 * 1024 * 1024), "長すぎ"),
    ],
)
def test_what_cannot_be_read_at_all(tmp_path, raw, sentence):
    path = tmp_path / "ledger.csv"
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile, match=sentence) as error:
        LedgerFile(path)
    assert str(error.value).endswith("。") or "：" in str(error.value)


def test_no_file(tmp_path):
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(UnreadableFile, match="開け"):
            LedgerFile(path)


def test_records_against_a_reader_of_one_sign_at_a_time():
    """The grammar in expressions, against the same grammar spelled out."""
    seed = random.randrange(10**6)
    print("seed", seed)
    dice = random.Random(seed)
    for _ in range(20000):
        raw = "".join(dice.choice('",\na"\n') for _ in range(dice.randrange(14))).encode()
        cut = dice.randrange(len(raw) + 1)
        assert list(csv_records.records([raw[:cut], raw[cut:]])) == spelled_out(raw), raw


def spelled_out(raw):
    found, start, at, begun, quoted, opening = [], 1, 1, 0, False, True
    for index, sign in enumerate(raw.decode()):
        if quoted:
            closing = sign == '"'
            if closing and raw[index + 1 : index + 2] == b'"' and not opening:
                opening = True  # the first of a pair
            elif closing and opening:
                opening = False  # the second
            elif closing:
                quoted = False
        elif sign == '"' and opening:
            quoted, opening = True, False
        elif sign == "\n":
            found.append((start, raw[begun:index], True))
            begun, start, opening = index + 1, at + 1, True
        else:
            opening = sign == ","
        at += sign == "\n"
    rest = raw[begun:].removesuffix(b"\n") if quoted else raw[begun:]
    return found + ([(start, rest, not quoted)] if begun < len(raw) else [])
