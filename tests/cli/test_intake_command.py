"""flask intake check."""

import flask
import pytest

from portal.cli.intake import group
from tests.ledgers import DATA, HEADING, record, text

SAMPLE = str(DATA / "ledger_sample_cp932.csv")


@pytest.fixture
def run():
    app = flask.Flask("intake")
    app.config["CITY_CODE"] = "23999"
    app.cli.add_command(group)
    return lambda *args: app.test_cli_runner().invoke(args=["intake", "check", *map(str, args)])


def test_the_sample_equals_what_is_expected(run, tmp_path):
    report = tmp_path / "report.csv"
    result = run(SAMPLE, "--as-of", "2026-11-23", "--report", report)
    assert (result.exit_code, result.stderr) == (0, "")
    assert report.read_bytes() == (DATA / "ledger_sample_expected.csv").read_bytes()


def test_a_summary_with_control_totals(run):
    shown = run(SAMPLE, "--as-of", "令和8年11月23日").stdout
    assert "1,500件" in shown and "（self_enforceable）　554件\n" in shown
    assert "委託可　523件　" in shown and "円" in shown


def test_as_of_decides(run, tmp_path):
    path, report = tmp_path / "l.csv", tmp_path / "r.csv"
    path.write_bytes(text(record(納期限="20991231", 督促発送日="")).encode("cp932"))
    run(path, "--report", report)
    assert "excluded,not_due," in report.read_text(encoding="utf-8")
    run(path, "--as-of", "21000101", "--report", report)
    assert "excluded,not_demanded," in report.read_text(encoding="utf-8")


def test_the_city_and_its_days_are_settings(tmp_path):
    app = flask.Flask("intake")
    app.config["CITY_CODE"] = "01100"
    app.cli.add_command(group)
    path = tmp_path / "l.csv"
    path.write_bytes(text(record(自治体コード="011002")).encode("cp932"))
    result = app.test_cli_runner().invoke(args=["intake", "check", str(path), "--as-of", "20261123"])
    assert "委託可　1件　4,600円" in result.stdout
    app.config["DEMAND_ARRIVAL_DAYS"] = 1
    path.write_bytes(
        text(record(自治体コード="01100", 債権種別コード="301", 納期限="20211101", 督促発送日="20211119")).encode(
            "cp932"
        )
    )
    result = app.test_cli_runner().invoke(args=["intake", "check", str(path), "--as-of", "20261123"])
    assert "時効完成" in result.stdout


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "ファイルが空です。\n"),
        (b"%PDF-1.4", "PDFファイルです。CSVまたはXLSXのファイルを選んでください。\n"),
        (HEADING.replace(",破産", "").encode("cp932"), "見出しに次の項目がありません：破産\n"),
    ],
)
def test_what_cannot_be_read_says_one_sentence_and_exits_2(run, tmp_path, raw, sentence):
    path, report = tmp_path / "l.csv", tmp_path / "r.csv"
    path.write_bytes(raw)
    result = run(path, "--as-of", "2026-11-23", "--report", report)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", sentence)
    assert not report.exists()


def test_no_file_and_no_day(run, tmp_path):
    assert (run(tmp_path / "none.csv").exit_code, run(tmp_path / "none.csv").stderr) == (2, "ファイルを開けません。\n")
    result = run(SAMPLE, "--as-of", "2026-02-30")
    assert result.exit_code == 2 and "日付が正しくありません：2026-02-30" in result.stderr


def test_a_report_that_cannot_be_written(run, tmp_path):
    result = run(SAMPLE, "--as-of", "2026-11-23", "--report", tmp_path / "none" / "r.csv")
    assert result.exit_code == 1 and "判定を書き出せません" in result.stderr
