"""The desk's screens of a ledger upload, as a browser without JavaScript sees them."""

import io
import os
import re
import tempfile
import uuid
from pathlib import Path

import flask
import openpyxl
import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal import jobs
from portal.adapters.storage import Uploads
from portal.rules import ledger_words, related_layout
from tests import cast, ledgers

SAMPLE = (ledgers.DATA / "ledger_sample_cp932.csv").read_bytes()
SAID = {"as_of": "2026-11-23", "source": "住宅管理システム", "reach": "whole"}
HEADING = ledgers.HEADING.encode("cp932")
NOBODY = uuid.UUID(int=1)


@pytest.fixture
def dan(as_):
    return as_("dan")


@pytest.fixture
def work(app):
    """Performs what waits in the queue, as the worker does."""

    def perform():
        with app.app_context():
            queue = jobs.queue()
            waiting = [job.args[0] for job in queue.jobs]
            queue.empty()
            for ticket in waiting:
                jobs.perform(ticket)

    return perform


def send(client, content=SAMPLE, name="滞納債権台帳.csv", **said):
    return client.send("/intakes", file=(io.BytesIO(content), name), **SAID | said)


def ledger(**changes):
    return ledgers.text(ledgers.record(**changes)).encode("cp932")


# of every verdict some; of the rejected more than a page
MIXED = ledgers.text(
    *(ledgers.record(期別=str(n)) for n in range(4)),
    ledgers.record(期別="9", 生活保護="1"),
    ledgers.record(債権種別コード="101"),
    *(ledgers.record(宛名番号=str(n), 調定額="壱万円") for n in range(60)),
).encode("cp932")


@pytest.fixture
def checked(dan, work):
    """The address of a ledger, checked."""
    address = send(dan, MIXED).location
    work()
    return address


def test_the_way_of_a_ledger(dan, work, admin):
    assert "まだ取り込まれていません" not in dan.get("/intakes").text, "the cast's ledger is of this month"
    sent = send(dan)
    assert sent.status_code == 302
    address = sent.location
    waiting = dan.get(address)
    assert "確認しています" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    assert dan.get(f"{address}/progress").json == {
        "percent": 0, "label": "ファイルを読み取っています", "done": False, "stumbled": False,
    }  # fmt: skip
    work()
    assert dan.get(f"{address}/progress").json["done"]
    result = dan.get(address).text
    for said in (
        "取込前の確認結果",
        "523件",
        "124,206,050円",
        "565件",
        "95件",
        "強制徴収債権のため取り込みません",
        "Shift_JIS",
    ):
        assert said in result
    assert dan.send(f"{address}/load").location == address
    assert "取り込んでいます" in dan.get(address).text
    work()
    loaded = dan.get(address).text
    assert "台帳に取り込みました" in loaded
    assert "840件・176,322,900円と一致しました" in loaded
    assert "新しい債権" in loaded and "840" in loaded
    assert "この内容で取り込む" not in loaded
    assert admin.execute("select count(*) from city.receivable where verdict = 'accepted'").fetchone()[0] == 523 + len(
        cast.DEBTORS
    )


def test_every_record_stands_there_by_verdict_and_page(dan, checked):
    first = dan.get(f"{checked}?verdict=rejected&size=50").text
    assert "全60件" in first
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = dan.get(following).text
    assert "（表示10件）" in second
    assert "次へ" not in second
    assert dan.get(f"{checked}?verdict=nonsense").status_code == 200


def test_the_empty_month_is_said(dan, admin):
    admin.execute("update city.intake set as_of = '2026-10-31'")
    assert "今月分はまだ取り込まれていません（前回：10月31日現在）。" in dan.get("/intakes").text
    admin.execute("update city.intake set state = 'cancelled'")
    assert "まだ取り込まれていません。" in dan.get("/intakes").text


@pytest.mark.parametrize(
    ("content", "said", "sentence"),
    [
        (b"", {}, "ファイルが空です。"),
        (b"%PDF-1.7", {}, "PDFファイルです"),
        (b"\xff\xd8\xff\xe0 picture", {}, "画像"),
        ("手紙\r\n".encode("utf-16"), {}, "見出しがありません"),
        (SAMPLE, {"as_of": "2026-11-26"}, "基準日に先の日付は入力できません。"),
        (SAMPLE, {"as_of": "0206-11-23"}, "基準日が古すぎます"),
        (SAMPLE, {"as_of": "2026-02-31"}, "基準日を入力してください"),
        (SAMPLE, {"as_of": ""}, "基準日を入力してください"),
        (SAMPLE, {"source": " "}, "取込元を入力してください。"),
        (SAMPLE, {"reach": "some"}, "範囲"),
    ],
)
def test_whatever_is_wrong_has_a_sentence_and_loses_nothing_typed(dan, app, content, said, sentence):
    answer = send(dan, content, **{"source": "水道料金システム", **said})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "入力内容を確認してください。" in answer.text
    if "source" not in said:
        assert 'value="水道料金システム"' in answer.text
    if not said:
        assert 'value="2026-11-23"' in answer.text
    kept = app.config["UPLOAD_DIR"]
    assert not kept.exists() or not list(kept.iterdir())


def test_no_file_at_all_and_one_too_large(dan, app):
    assert "ファイルを選んでください。" in dan.send("/intakes", **SAID).text
    app.config["MAX_UPLOAD_MB"] = 0
    answer = send(dan)
    assert (answer.status_code, "ファイルが大きすぎます（上限0MB）" in answer.text) == (422, True)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = send(dan)
    assert (answer.status_code, "ファイルが大きすぎます" in answer.text) == (413, True)


def test_what_the_worker_cannot_read_says_so_and_the_form_stands_ready(dan, work):
    address = send(dan, b"PK\x03\x04" + bytes(2_000_000), source="奨学金システム").location
    work()
    page = dan.get(address).text
    assert "XLSXのファイルではないか、壊れています。" in page
    assert 'value="奨学金システム"' in page
    assert 'value="2026-11-23"' in page


def test_a_spreadsheet_goes_the_same_way(dan, work):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in [list(ledgers.COLUMNS), [ledgers.GOOD[column] for column in ledgers.COLUMNS]]:
        book.active.append(row)
    book.save(out)
    address = send(dan, out.getvalue(), name="台帳/十一月.xlsx").location
    work()
    page = dan.get(address).text
    assert "Excelブック（XLSX）" in page
    assert "十一月.xlsx" in page
    assert "台帳/" not in page


def test_a_failing_job_is_said_and_tried_again(dan, work, admin):
    admin.execute("alter table city.intake_line add constraint none_at_all check (line < 0)")
    address = send(dan, MIXED).location
    work()
    page = dan.get(address).text
    assert "確認できませんでした" in page
    assert "自動でもう一度試します" in page
    assert dan.get(f"{address}/progress").json["stumbled"]


def test_the_same_file_twice_says_so(dan, work):
    send(dan, ledger())
    work()
    assert "同じファイルです" in dan.get(send(dan, ledger()).location).text
    assert "同じファイルです" not in dan.get(send(dan, ledger(調定額="1")).location).text


def test_cancelling_deletes_the_file(dan, work, app, checked):
    answer = dan.send(f"{checked}/cancellation")
    assert answer.location == "/intakes"
    assert "取込みを取りやめました。ファイルは削除しました。" in dan.get("/intakes").text
    assert list(app.config["UPLOAD_DIR"].iterdir()) == []
    assert "取りやめた取込み" in dan.get(checked).text
    early = send(dan, MIXED).location
    dan.send(f"{early}/cancellation")
    assert "取りやめた取込み" in dan.get(early).text


def test_what_comes_too_late_is_told_why(dan, work, checked, app):
    dan.send(f"{checked}/load")
    for verb in ("load", "cancellation"):
        answer = dan.send(f"{checked}/{verb}")
        assert (answer.status_code, "「取込み中」のため、この操作はできません" in answer.text) == (409, True)
    work()
    answer = dan.send(f"{checked}/cancellation")
    assert (answer.status_code, "「取込み済み」のため" in answer.text) == (409, True)
    assert dan.get(f"{checked}/errors").status_code == 409
    stale = send(dan, MIXED).location
    work()
    Uploads.of(app.config).remove(uuid.UUID(stale.rsplit("/", 1)[1]))
    assert "ファイルの保存期間が過ぎました" in dan.get(stale).text
    for answer in (
        dan.send(f"{stale}/load"),
        dan.get(f"{stale}/errors"),
        dan.send(f"{stale}/checks", encoding="utf-8"),
    ):
        assert (answer.status_code, "もう一度ファイルを選んで送信してください" in answer.text) == (409, True)
    assert dan.send(f"{stale}/cancellation").status_code == 302


def test_the_error_file_comes_back_corrected(dan, work, checked, admin):
    answer = dan.get(f"{checked}/errors?encoding=cp932")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    said = answer.data.decode("cp932").split("\r\n")
    assert said[0].startswith("エラー,自治体コード,")
    assert len(said) == 62
    assert dan.get(f"{checked}/errors").data.startswith("\ufeffエラー".encode())
    noted = admin.execute("select verb, noun, action from audit.event where verb = 'export'").fetchall()
    assert noted == [("export", "intake", "intake:errors")] * 2
    again = send(dan, answer.data).location
    work()
    assert "記載不備" in dan.get(again).text


def test_the_error_file_is_ready_when_the_verdicts_are(dan, work, checked, app, monkeypatch):
    """No download judges the file again: it may have 700,000 records."""
    lying = {path.suffix for path in app.config["UPLOAD_DIR"].iterdir()}
    assert {"", ".errors", ".preview"} <= lying
    assert not any("壱万円".encode() in path.read_bytes() for path in app.config["UPLOAD_DIR"].iterdir())
    monkeypatch.setattr("portal.adapters.ledger_check.LedgerCheck.judged", None)
    assert "壱万円" in dan.get(f"{checked}/errors").data.decode("utf-8-sig")
    assert "壱万円" in dan.get(f"{checked}/errors?encoding=cp932").data.decode("cp932")
    dan.send(f"{checked}/cancellation")
    assert list(app.config["UPLOAD_DIR"].iterdir()) == []


def test_what_shift_jis_has_no_sign_for_is_shown_as_missing(dan, work):
    address = send(dan, ledgers.text(ledgers.record(氏名="𠮷田", 調定額="x")).encode()).location
    work()
    assert "〓田" in dan.get(f"{address}/errors?encoding=cp932").data.decode("cp932")
    assert "𠮷田" in dan.get(f"{address}/errors").data.decode("utf-8-sig")


def test_a_wrong_reading_is_read_again(dan, work):
    address = send(dan, ledger()).location
    work()
    assert dan.send(f"{address}/checks", encoding="utf-8").location == address
    assert "確認しています" in dan.get(address).text
    work()
    assert "見出しの行を読み取れません" in dan.get(address).text
    assert dan.send(f"{address}/checks", encoding="cp932").status_code == 409
    assert dan.send(f"{address}/checks", encoding="klingon").status_code == 400


def test_a_waiting_upload_does_not_lie_on_the_disk_in_plain(app):
    """Werkzeug would put anything above 500 kB into a temporary file as it came."""
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(SAMPLE * 3), "ledger.csv")})
    kind = f"multipart/form-data; boundary={boundary}"
    with app.test_request_context("/intakes", method="POST", data=body, content_type=kind):
        assert flask.request.files["file"].stream.read() == SAMPLE * 3
        opened = [fd for fd in list(Path("/proc/self/fd").iterdir()) if os.path.lexists(fd)]
        written = [fd.read_bytes() for fd in opened if os.readlink(fd).startswith(tempfile.gettempdir())]
    assert max(map(len, written)) > 3 * len(SAMPLE)
    assert not any("摘要".encode("cp932") in content for content in written)


RELATED = ledgers.text(
    {"取込元": "01", "宛名番号": "0000000001", "続柄区分": "1", "氏名": "森　一", "有効開始日": "R060401"},
    {"取込元": "01", "宛名番号": "999", "続柄区分": "母", "氏名": ""},
    {"取込元": "01", "宛名番号": "999", "続柄区分": "2", "氏名": "甲"},
    header=related_layout.COLUMNS,
).encode("cp932")


def test_the_way_of_related_people(dan, work, admin):
    address = send(dan, RELATED, name="関係者.csv", profile="related").location
    work()
    page = dan.get(address).text
    for said in (
        "取込前の確認結果（関係者）",
        "続柄区分が正しくありません",
        "取込元と宛名番号が台帳にありません",
        "関係者1人を取り込みます",
    ):
        assert said in page
    assert "bad_relation" in dan.get(f"{address}/errors").data.decode("utf-8-sig")
    dan.send(f"{address}/load")
    work()
    assert "新しい方1人、変わった方0人、変わらない方0人、終わった方0人。" in dan.get(address).text
    assert admin.execute("select name, relation from city.related").fetchall() == [("森　一", "guarantor")]
    assert "関係者.csv" in dan.get("/intakes").text


@pytest.mark.parametrize("kind", ["csv", "cp932", "xlsx"])
@pytest.mark.parametrize(("profile", "columns"), [("ledger", ledgers.COLUMNS), ("related", related_layout.COLUMNS)])
def test_templates_have_every_heading_and_come_back_as_files_without_records(dan, work, kind, profile, columns):
    answer = dan.get(f"/intakes/template?profile={profile}&kind={kind}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        assert book.sheetnames == ["データ", "記入例と説明"]
        assert [cell.value for cell in next(book["データ"].rows)] == list(columns)
        explained = [[cell.value for cell in row] for row in book["記入例と説明"].rows]
        assert [row[0] for row in explained] == ["項目", *columns]
        examples = {row[0]: row[2] or "" for row in explained[1:]}
        assert examples["宛名番号"] == "0001000001"
    else:
        encoding = {"csv": "utf-8-sig", "cp932": "cp932"}[kind]
        assert answer.data.decode(encoding) == ",".join(columns) + "\r\n"
    address = send(dan, answer.data, name="ひな形", profile=profile).location
    work()
    assert "取込前の確認結果" in dan.get(address).text


def test_the_examples_of_the_template_are_accepted(dan, work):
    examples = {column: said[0] for column, said in ledger_words.LEDGER.items()}
    address = send(dan, ledgers.text(examples).encode("cp932")).location
    work()
    assert "委託可と委託対象外の1件・4,600円" in dan.get(address).text


def test_the_template_unsaid_is_a_ledger_as_csv(dan):
    assert dan.get("/intakes/template").data == dan.get("/intakes/template?profile=ledger&kind=csv").data


def test_there_are_no_other_templates(dan):
    for query in ("?profile=ledger&kind=pdf", "?profile=x&kind=csv"):
        assert dan.get(f"/intakes/template{query}").status_code == 404


def test_the_kinds_a_whole_file_covers_are_kept(dan, work, admin):
    address = send(dan, ledger(), kinds=["204", "201"]).location
    assert "全件（債権種別201・204）" in dan.get(address).text
    assert admin.execute("select kinds from city.intake where kinds <> '{}'").fetchone()[0] == ["201", "204"]
    assert (
        "債権種別" not in dan.get(send(dan, ledger(), kinds=["204"], reach="part").location).text.split("文字コード")[0]
    )
    assert send(dan, ledger(), kinds=["999"]).status_code == 422
    assert send(dan, ledger(), profile="letters").status_code == 422


@pytest.mark.parametrize("loaded", [False, True])
def test_the_same_file_twice_says_so_before_and_after_the_load(dan, work, loaded):
    first = send(dan, ledger()).location
    work()
    if loaded:
        dan.send(f"{first}/load")
        work()
    again = send(dan, ledger()).location
    assert "同じファイルです" in dan.get(again).text
    assert ("取込み済み" if loaded else "確認済み（未取込み）") in dan.get(again).text
    work()
    assert "同じファイルです" in dan.get(again).text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04" + bytes(1_100_000), "XLSXのファイルではないか、壊れています。"),
        (HEADING + b"\r\n" + b"x" * 17 * 1024 * 1024, "1行が長すぎます。"),
    ],
)
def test_what_only_the_worker_finds_leaves_nothing_behind_and_the_worker_lives(
    dan, work, app, admin, content, sentence
):
    address = send(dan, content).location
    work()
    assert sentence in dan.get(address).text
    assert list(app.config["UPLOAD_DIR"].iterdir()) == []
    assert admin.execute("select count(*) from city.intake_line").fetchone() == (0,)
    good = send(dan, ledger()).location
    work()
    assert "取込前の確認結果" in dan.get(good).text


DOORS = [
    ("get", "/intakes/template"), ("get", "/intakes"), ("post", "/intakes"), ("get", "/intakes/{}"), ("get", "/intakes/{}/progress"), ("post", "/intakes/{}/checks"),
    ("post", "/intakes/{}/load"), ("post", "/intakes/{}/cancellation"), ("get", "/intakes/{}/errors"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_only_the_desk_comes_in(as_, method, path):
    for who in ("alma", "sora", "lena", "wim", "auda", "adi"):
        client = as_(who)
        reach = client.get if method == "get" else client.send
        assert reach(path.format(cast.id_("intake"))).status_code == 403, who


@pytest.mark.parametrize(("method", "path"), [door for door in DOORS if "{}" in door[1]])
def test_what_is_not_there_is_404(dan, method, path):
    reach = dan.get if method == "get" else dan.send
    known = {"encoding": "utf-8"} if path.endswith("checks") else {}
    assert reach(path.format(NOBODY), **known).status_code == 404
    assert reach(path.format("1"), **known).status_code == 404
    wrong = dan.send if method == "get" else dan.get
    assert wrong(path.format(cast.id_("intake"))).status_code == 405


def test_another_of_the_desk_sees_it_too(as_, checked):
    assert "取込前の確認結果" in as_("dora").get(checked).text
    assert as_("dora").send(f"{checked}/load").status_code == 302
