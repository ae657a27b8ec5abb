"""What a spreadsheet reads back is what was written, and nothing of it runs."""

import csv
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from portal.adapters import cells, sheets

HEADER = ("氏名", "残高", "納期限", "備考")
ROWS = [
    ("髙﨑　一郎", 90_000, date(2024, 6, 30), None),
    ("=HYPERLINK(1)", 0, None, "@SUM(A1)"),
    ("-1+2", 1, None, "'=1"),
]
LETTERS = {"csv": "髙﨑　一郎", "cp932": "髙﨑　一郎"}


@pytest.mark.parametrize("kind", ["csv", "cp932"])
def test_csv(kind):
    out = io.BytesIO()
    assert sheets.write(kind, out, HEADER, ROWS) == 3
    raw = out.getvalue()
    assert raw.startswith(b"\xef\xbb\xbf") == (kind == "csv") and b"\r\n" in raw
    header, *rows = csv.reader(io.StringIO(raw.decode(sheets.ENCODINGS[kind]), newline=""))
    assert tuple(header) == HEADER and rows[0] == [LETTERS[kind], "90000", "2024-06-30", ""]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "-", "+"))]
    assert [[cells.restore(cell) for cell in row] for row in rows[1:]] == [
        ["=HYPERLINK(1)", "0", "", "@SUM(A1)"],
        ["-1+2", "1", "", "=1"],
    ]


def test_a_letter_that_cp932_does_not_have():
    out = io.BytesIO()
    sheets.write("cp932", out, ("氏名",), [("𠮷田",)])
    assert "〓田" in out.getvalue().decode("cp932")


def test_a_workbook():
    out = io.BytesIO()
    assert sheets.write("xlsx", out, HEADER, ROWS) == 3
    rows = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
    assert tuple(rows[0]) == HEADER and rows[1][:3] == ["髙﨑　一郎", 90_000, date(2024, 6, 30)]
    assert rows[2][0] == "=HYPERLINK(1)"


def test_a_workbook_has_an_end(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_XLSX", 2)
    with pytest.raises(sheets.TooLong):
        sheets.write("xlsx", io.BytesIO(), HEADER, ROWS)


def test_an_empty_list_has_its_header():
    for kind in sheets.TYPES:
        out = io.BytesIO()
        assert sheets.write(kind, out, HEADER, []) == 0 and out.getvalue()
