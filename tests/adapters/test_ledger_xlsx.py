"""The ledger as XLSX."""

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from portal.adapters import xlsx_guard
from portal.adapters.ledger_file import LedgerFile
from portal.adapters.unreadable import UnreadableFile
from portal.rules.ledger_layout import COLUMNS
from tests.ledgers import record, verdicts, xlsx

GOOD = "accepted"


def values(**changes):
    """A row of cells; numbers and dates where a desk's Excel has them."""
    return [changes.get(column, cell) for column, cell in record().items()]


@pytest.fixture
def book(tmp_path):
    return lambda *rows, **more: xlsx(tmp_path / "ledger.xlsx", *rows, **more)


def said(path):
    return [(at, " ".join(filter(None, codes))) for at, *codes in verdicts(path)]


def read(path):
    found = LedgerFile(path)
    return [dict(zip(found.layout.header, cells, strict=True)) for _, cells, _ in found.rows()]


def test_text(book):
    assert said(book(values(), values(枝番="2", 死亡="1"))) == [(2, GOOD), (3, "excluded deceased")]


def test_numbers_and_dates(book):
    path = book(
        values(
            自治体コード=23999, 取込元=1, 宛名番号=1000001, 債権種別コード=201, 調定年度=2025, 期別=3, 枝番=1, 調定額=4600.0,
            収納額=0, 督促手数料=100, 納期限=date(2025, 6, 30), 督促発送日=datetime.fromisoformat("2025-07-22T10:00"), 原因発生日=20250501,
            生年月日=3390902, 死亡=0, 破産=1,
        )
    )  # fmt: skip
    assert said(path) == [(2, "excluded bankruptcy")]
    row = read(path)[0]
    assert [row[c] for c in ("取込元", "宛名番号", "債権種別コード", "調定年度", "期別")] == [
        "01",
        "0001000001",
        "201",
        "2025",
        "3",
    ]
    assert [row[c] for c in ("調定額", "納期限", "督促発送日", "死亡")] == ["4600", "2025-06-30", "2025-07-22", "0"]


def test_text_is_not_padded(book):
    assert [read(book(values(取込元="1", 宛名番号="7")))[0][c] for c in ("取込元", "宛名番号")] == ["1", "7"]


def test_a_number_that_stands_for_text_is_the_same_key(book):
    assert said(book(values(宛名番号="0000000007"), values(宛名番号=7))) == [(2, GOOD), (3, GOOD)]
    assert said(book(values(宛名番号="0000000007"), values(宛名番号=7, 備考="x"))) == [
        (2, "rejected duplicate_key"),
        (3, "rejected duplicate_key"),
    ]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"調定額": "100.0"}, "rejected bad_amount"),
        ({"調定額": 100.5}, "rejected bad_amount"),
        ({"調定額": -100}, "rejected bad_amount"),
        ({"調定額": None}, "rejected bad_amount"),
        ({"納期限": None}, "rejected bad_date"),
        ({"納期限": 45808}, "rejected bad_date"),
        ({"納期限": 5070531}, GOOD),
        ({"死亡": True}, "rejected bad_flag"),
        ({"死亡": 1}, "excluded deceased"),
        ({"備考": 990362934150}, "rejected individual_number"),
        ({"備考": "'=1"}, GOOD),
        ({"氏名": None}, "rejected missing_name"),
    ],
)
def test_cells(book, changes, codes):
    assert said(book(values(**changes))) == [(2, codes)]


ERA = '[$-411]ggge"年"m"月"d"日";@'


@pytest.mark.parametrize(
    "shown", [ERA, "[$-411]ge.m.d;@", '[$-ja-JP-x-gannen]ggge"年"m"月"d"日"', "m/d/yyyy h:mm", "e/m/d"]
)
def test_days_are_days_however_excel_shows_them(tmp_path, shown):
    path = xlsx(tmp_path / "ledger.xlsx", values())
    wb = openpyxl.load_workbook(path)
    cell = wb.active.cell(2, COLUMNS.index("納期限") + 1)
    cell.value, cell.number_format = datetime.fromisoformat("2025-06-30T23:59:59"), shown
    wb.save(path)
    assert read(path)[0]["納期限"] == "2025-06-30"


def shared(path, **formulas):
    """A book whose texts stand in one table of words, as Excel writes it."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, (column, cell) in enumerate(record().items()):
            sheet.write_string(0, at, column)
            sheet.write_string(1, at, cell)
            if column in formulas:
                sheet.write_formula(1, at, *formulas[column])
    return path


@pytest.mark.parametrize("words", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_furigana_of_a_cell_is_not_its_text(book, tmp_path, words):
    ruby = '<r><t>伊藤</t></r><r><t>　和子</t></r><rPh sb="0" eb="2"><t>イトウ</t></rPh><phoneticPr fontId="1"/>'
    plain = shared(tmp_path / "s.xlsx") if "shared" in words else book(values())
    path = repacked(
        plain, tmp_path / "r.xlsx", words, lambda raw: raw.replace("<t>伊藤　和子</t>".encode(), ruby.encode())
    )
    assert "イトウ".encode() in zipfile.ZipFile(path).read(words)
    assert read(path)[0]["氏名"] == "伊藤　和子"


def test_of_a_formula_the_value_counts(tmp_path):
    path = shared(tmp_path / "f.xlsx", 調定額=("=4000+600", None, 4600))
    assert read(path)[0]["調定額"] == "4600"
    assert said(path) == [(2, GOOD)]


def test_error_cells_are_not_empty(tmp_path):
    path = xlsx(tmp_path / "ledger.xlsx", values(), values(枝番="2"), values(枝番="3"))
    wb = openpyxl.load_workbook(path)
    at = {column: place for place, column in enumerate(COLUMNS, 1)}
    for row, column in ((2, "支援措置"), (3, "氏名"), (3, "収納額")):
        wb.active.cell(row, at[column]).value = "#N/A"
        wb.active.cell(row, at[column]).data_type = "e"
    wb.save(path)
    assert said(path) == [(2, "rejected bad_flag"), (3, "rejected bad_amount"), (4, GOOD)]
    assert read(path)[1]["氏名"] == "#N/A"


def test_missing_cells_at_the_end_are_empty_and_cells_beyond_the_heading_too_many(book):
    width = len(COLUMNS)
    path = book(
        values()[: width - 11], [*values(枝番="2"), "x"], [*values(枝番="3"), None, "  "], [*values(枝番="4"), None, 0]
    )
    assert said(path) == [(2, GOOD), (3, "rejected column_count"), (4, GOOD), (5, "rejected column_count")]


def test_empty_rows_are_none_and_lines_are_rows(book):
    path = book([], values(), [None] * 5, ["", "  "], values(枝番="2"))
    assert said(path) == [(3, GOOD), (6, GOOD)]


def test_a_table_that_does_not_begin_in_the_corner(tmp_path):
    wb = openpyxl.Workbook()
    for row, cells in enumerate(([*COLUMNS], values(死亡="1"), values(枝番="2", 収納額="x")), 3):
        for column, cell in enumerate(cells, 2):
            wb.active.cell(row, column).value = cell or None
    wb.active["B5"].value = "#N/A"
    wb.active["B5"].data_type = "e"
    wb.save(tmp_path / "l.xlsx")
    assert said(tmp_path / "l.xlsx") == [(4, "excluded deceased"), (5, "rejected bad_amount|wrong_municipality")]
    assert [read(tmp_path / "l.xlsx")[1][c] for c in ("自治体コード", "取込元")] == ["#N/A", "01"]


def test_the_first_sheet_counts_and_the_name_of_the_file_does_not(tmp_path):
    path = xlsx(tmp_path / "ledger.xlsx", values())
    wb = openpyxl.load_workbook(path)
    wb.create_sheet("他").append(["x"])
    wb.save(tmp_path / "ledger.csv")
    assert said(tmp_path / "ledger.csv") == [(2, GOOD)]


def test_the_sample_as_xlsx_says_the_same(tmp_path):
    """Every record CP932 can hold, as text cells."""
    import csv

    from tests.ledgers import DATA

    raw = (DATA / "ledger_sample_cp932.csv").read_bytes().decode("cp932", "replace")
    source = list(csv.reader(io.StringIO(raw, newline="")))
    with (DATA / "ledger_sample_expected.csv").open(encoding="utf-8", newline="") as rows:
        expected = [tuple(row.values())[1:] for row in csv.DictReader(rows)]
    kept = [
        (row, codes)
        for row, codes in zip(source[1:], expected, strict=True)
        if codes[1] not in ("bad_encoding", "column_count") and not any("\0" in cell for cell in row)
    ]
    assert len(kept) == 1484
    path = xlsx(tmp_path / "ledger.xlsx", *(row for row, _ in kept))
    assert [codes for _, *codes in verdicts(path)] == [list(codes) for _, codes in kept]


def test_an_empty_sheet(tmp_path):
    openpyxl.Workbook().save(tmp_path / "l.xlsx")
    with pytest.raises(UnreadableFile, match="空"):
        LedgerFile(tmp_path / "l.xlsx")


def test_a_heading_alone(book):
    assert said(book()) == []


def test_a_wrong_heading(book):
    with pytest.raises(UnreadableFile, match="死亡"):
        LedgerFile(book(header=tuple(c for c in COLUMNS if c != "死亡")))


def repacked(source, target, name, change):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(old.read(part)) if part.filename == name else old.read(part))
    return target


SHEET = "xl/worksheets/sheet1.xml"


def test_a_bomb_is_not_unpacked(book, tmp_path):
    path = repacked(
        book(values()), tmp_path / "b.xlsx", "xl/styles.xml", lambda raw: raw + b" " * (xlsx_guard._SMALL + 1)
    )  # fmt: skip
    assert path.stat().st_size < 1_000_000
    with pytest.raises(UnreadableFile, match="展開"):
        LedgerFile(path)


@pytest.mark.parametrize("name", [SHEET, "xl/styles.xml"])
def test_a_bomb_that_lies_about_its_size(book, tmp_path, name):
    path = repacked(book(values()), tmp_path / "b.xlsx", name, lambda raw: raw + b" " * 5_000_000)
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        size = packed.getinfo(name).file_size.to_bytes(4, "little")
    path.write_bytes(raw.replace(size, (10_000).to_bytes(4, "little")))
    with pytest.raises(UnreadableFile, match="壊れて"):
        LedgerFile(path)


def test_one_cell_in_the_last_corner(book, tmp_path):
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = repacked(book(values()), tmp_path / "b.xlsx", SHEET, lambda raw: raw.replace(b"</sheetData>", corner))
    with pytest.raises(UnreadableFile, match="大きすぎ"):
        LedgerFile(path)


def test_broken_books(book, tmp_path):
    good = book(values()).read_bytes()
    broken = tmp_path / "b.xlsx"
    for raw in (good[: len(good) // 2], good[:-30], b"PK\x03\x04" + b"\0" * 100):
        broken.write_bytes(raw)
        with pytest.raises(UnreadableFile):
            LedgerFile(broken)
    with zipfile.ZipFile(broken, "w") as other:
        other.writestr("word/document.xml", "<w/>")
    with pytest.raises(UnreadableFile, match="XLSXのファイルではない"):
        LedgerFile(broken)


@pytest.mark.parametrize("change", [lambda raw: b"", lambda raw: raw[:200], lambda raw: raw.replace(b"<v>", b"<w>")])
@pytest.mark.parametrize("name", ["xl/workbook.xml", SHEET, "xl/sharedStrings.xml"])
def test_broken_parts_never_crash(tmp_path, name, change):
    path = repacked(shared(tmp_path / "s.xlsx"), tmp_path / "b.xlsx", name, change)
    with suppress(UnreadableFile):
        said(path)
