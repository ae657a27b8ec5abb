"""What a desk sends by mistake, and what somebody sends on purpose: one clear sentence, soon, in little memory."""

import io
import time
import tracemalloc
import zipfile

import openpyxl
import pytest

from portal.adapters import csv_records, xlsx_guard
from portal.adapters.ledger_file import LedgerFile
from portal.adapters.related_file import RelatedFile
from portal.adapters.unreadable import UnreadableFile
from tests.ledgers import HEADING, line, record, text, verdicts, xlsx

RECORD = text(record()).encode("cp932")
WORKBOOK, RELATIONS, SHEET = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return xlsx(tmp_path_factory.mktemp("good") / "good.xlsx", list(record().values())).read_bytes()


def changed(book, name, change, **more):
    """The workbook with one part changed, and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            raw = old.read(part)
            new.writestr(part.filename, change(raw) if part.filename == name else raw)
        for path, raw in more.items():
            new.writestr(path, raw)
    return out.getvalue()


def behind_prolog(words):
    def change(raw):
        head, _, rest = raw.partition(b"?>") if raw.startswith(b"<?xml") else (b"", b"", raw)
        return (head + b"?>" if head else b"") + words + rest

    return change


LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>"
)
SYSTEM = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def members(count):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for n in range(count):
            book.writestr(f"m{n}", b"")
    return out.getvalue()


def zipped(name, raw):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(name, raw)
    return out.getvalue()


PLAIN = [
    ("nothing at all", b"", "空"),
    ("one byte", b"x", "見出し"),
    ("one quote", b'"', "空"),
    ("a byte order mark alone", b"\xef\xbb\xbf", "空"),
    ("NULs", b"\0" * 5_000_000, "見出し"),
    ("NULs with line ends", b"\0\0\0\n" * 1000, "見出し"),
    ("empty lines", b"\r\n" * 1_000_000, "空"),
    ("commas", (b"," * 40 + b"\r\n") * 1000, "空"),
    ("one endless line", b"x" * (csv_records.MAX_LINE * 2), "長すぎ"),
    ("one endless line of commas", b"a," * csv_records.MAX_LINE, "長すぎ"),
    ("a PDF named .csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "画像"),
    ("a photograph", b"\xff\xd8\xff\xe1" + b"\1" * 100, "画像"),
    ("HTML saved as .xls", b"<html xmlns:o='urn'><table><tr><td>1</td></tr></table></html>", "HTML"),
    ("HTML behind a mark", b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>", "HTML"),
    ("XML saved as .xls", b'<?xml version="1.0"?><Workbook/>', "HTML"),
    ("an old or locked workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "パスワード"),
    ("gzip", b"\x1f\x8b\x08\0" + b"\0" * 20, "圧縮"),
    ("an empty ZIP", b"PK\x05\x06" + b"\0" * 18, "圧縮"),
    ("half a ZIP", b"PK\x03\x04" + b"\0" * 100, "壊れて"),
    ("a letter", "債権管理課　御中\r\n\r\nお世話になっております。\r\n".encode("cp932"), "見出し"),
    ("tabs", HEADING.replace(",", "\t").encode("cp932"), "タブ"),
    ("semicolons", HEADING.replace(",", ";").encode("cp932"), "セミコロン"),
    ("other words", "氏名,住所\n甲,乙\n".encode("cp932"), "見出し"),
    ("a column lacking", HEADING.replace("生活保護,", "").encode("cp932"), "生活保護"),
    ("a column twice", (HEADING + ",納期限").encode("cp932"), "2つ"),
    ("no heading", line().encode("cp932"), "見出し"),
]


@pytest.mark.parametrize(("raw", "sentence"), [case[1:] for case in PLAIN], ids=[case[0] for case in PLAIN])
@pytest.mark.parametrize("kind", [LedgerFile, RelatedFile])
def test_one_clear_sentence(tmp_path, raw, sentence, kind):
    path = tmp_path / "file.csv"
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile) as refused:
        kind(path)
    if kind is LedgerFile:
        assert sentence in str(refused.value)
    assert str(refused.value).endswith("。") or "：" in str(refused.value)
    assert "\n" not in str(refused.value)


WRONG_BOOKS = [
    ("billion laughs in the workbook", lambda b: changed(b, WORKBOOK, behind_prolog(LAUGHS)), "壊れて"),
    ("billion laughs in the relations", lambda b: changed(b, RELATIONS, behind_prolog(LAUGHS)), "壊れて"),
    ("billion laughs in the sheet", lambda b: changed(b, SHEET, behind_prolog(LAUGHS)), "壊れて"),
    ("a file of the server's in the workbook", lambda b: changed(b, WORKBOOK, behind_prolog(SYSTEM)), "壊れて"),
    ("a file of the server's in the sheet", lambda b: changed(b, SHEET, behind_prolog(SYSTEM)), "壊れて"),
    ("a document type in UTF-16", lambda b: changed(b, WORKBOOK, lambda raw: (SYSTEM + b"<l/>").decode().encode("utf-16")), "壊れて"),
    ("a hundred thousand members", lambda b: members(100_000), "多すぎる"),
    ("macros", lambda b: changed(b, "", bytes, **{"xl/vbaProject.bin": b"x"}), "マクロ"),
    ("a ZIP with a CSV in it", lambda b: zipped("ledger.csv", RECORD), "XLSXのファイルではない"),
    ("a workbook in a ZIP", lambda b: zipped("ledger.xlsx", b), "XLSXのファイルではない"),
    ("a letter of Word's", lambda b: zipped("word/document.xml", b"<w/>"), "XLSXのファイルではない"),
    ("no sheet", lambda b: changed(b, WORKBOOK, lambda raw: raw.replace(b"<sheet ", b"<sheat ")), "XLSXのファイルではない"),
    ("a sheet that is not there", lambda b: changed(b, RELATIONS, lambda raw: raw.replace(b"sheet1", b"sheet9")), "XLSXのファイルではない"),
    ("words without end", lambda b: changed(b, "xl/styles.xml", lambda raw: raw + b" " * (xlsx_guard._SMALL + 1)), "展開"),
    ("half of it", lambda b: b[: len(b) // 2], "壊れて"),
    ("without its end", lambda b: b[:-10], "壊れて"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "sentence"), [case[1:] for case in WRONG_BOOKS], ids=[case[0] for case in WRONG_BOOKS]
)
def test_workbooks_that_are_not_opened(tmp_path, good, make, sentence):
    path = tmp_path / "file.xlsx"
    path.write_bytes(make(good))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile, match=sentence):
            LedgerFile(path)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "more", [{"[Content_Types].xml": b"<Types/>"}, {"xl/embeddings/inner.zip": zipped("a", b"b" * 1000)}, {"docProps/x.xml": b"<"}]
)  # fmt: skip
def test_what_does_no_harm_is_read(tmp_path, good, more):
    """Wrong content types, a ZIP inside, a part nobody needs."""
    path = tmp_path / "file.xlsx"
    name = next(iter(more)) if "[Content_Types].xml" in more else ""
    path.write_bytes(changed(good, name, lambda raw: next(iter(more.values())), **({} if name else more)))
    assert [codes[1] for codes in verdicts(path)] == ["accepted"]


def test_what_it_is_decides_not_its_name(tmp_path, good):
    named_csv, named_xlsx = tmp_path / "ledger.csv", tmp_path / "ledger.xlsx"
    named_csv.write_bytes(good)
    named_xlsx.write_bytes(RECORD)
    assert LedgerFile(named_csv).encoding == "xlsx"
    assert LedgerFile(named_xlsx).encoding == "cp932"
    assert [codes[1] for codes in [*verdicts(named_csv), *verdicts(named_xlsx)]] == ["accepted"] * 2


def test_cells_without_an_end_take_no_time(tmp_path, good):
    """A sheet of nothing but the beginnings of error cells: searched once, not once for each."""
    path = tmp_path / "file.xlsx"
    path.write_bytes(changed(good, SHEET, lambda raw: raw.replace(b"</sheetData>", b'<c r="A3" t="e">' * 200_000)))
    began = time.process_time()
    with pytest.raises(UnreadableFile):
        list(LedgerFile(path).rows())
    assert time.process_time() - began < 10


def test_an_open_quote_before_a_big_file_takes_little_memory(tmp_path):
    path = tmp_path / "ledger.csv"
    body = (line(枝番="2") + "\r\n").encode("cp932") * 100
    with path.open("wb") as file:
        file.write(f"{HEADING}\r\n".encode("cp932") + b'"' + body)
        for _ in range(2000):
            file.write(body)
    assert path.stat().st_size > 35_000_000
    tracemalloc.start()
    try:
        found = verdicts(path)
        assert [(at, *codes) for at, *codes in found] == [(2, "rejected", "column_count", "")]
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_the_heading_again_among_the_records_is_a_record_like_any_other(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_bytes("\r\n".join([HEADING, line(), HEADING, line(枝番="2"), ""]).encode("cp932"))
    assert [codes[1] for codes in verdicts(path)] == ["accepted", "rejected", "accepted"]


def test_a_workbook_beyond_the_cells_that_fit_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_guard, "MAX_CELLS", 200)
    path = xlsx(tmp_path / "file.xlsx", *(list(record(枝番=str(n)).values()) for n in range(5)))
    with pytest.raises(UnreadableFile, match="CSVで"):
        LedgerFile(path)
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    with pytest.raises(UnreadableFile, match="空"):
        LedgerFile(tmp_path / "empty.xlsx")
