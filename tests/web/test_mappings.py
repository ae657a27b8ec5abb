"""見出しと種別の読替え, as a browser without JavaScript sees it: from a file nobody understands to its load."""

import html
import io
import re
import uuid

import openpyxl
import pytest

from portal import jobs
from portal.adapters.storage import Uploads
from portal.rules.ledger_layout import COLUMNS
from tests import cast, ledgers

SAID = {"as_of": "2026-11-23", "source": "水道料金システム", "reach": "whole"}
THEIRS = {
    "宛名番号": "お客様番号", "債権種別コード": "科目コード", "調定年度": "年度", "枝番": "連番", "調定額": "請求額", "収納額": "入金額",
    "氏名": "使用者名", "納期限": "納付期限",
}  # fmt: skip
LACKS = ("自治体コード", "取込元", "通知書番号", "支援措置", "受任通知")
HAS = tuple(column for column in COLUMNS if column not in LACKS)


def foreign(*records, header=HAS):
    head, _, rest = ledgers.text(*records, header=header).partition("\r\n")
    return (",".join(THEIRS.get(name, name) for name in head.split(",")) + "\r\n" + rest).encode("cp932")


WATER = foreign(
    ledgers.record(債権種別コード="W1", 宛名番号="00000001"),
    ledgers.record(債権種別コード="W1", 宛名番号="00000002", 備考="番号 9903-6293-4150"),
    ledgers.record(債権種別コード="T9", 宛名番号="00000003"),
)


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


def send(client, content=WATER, name="未納一覧.csv", **said):
    return client.send("/intakes", file=(io.BytesIO(content), name), **SAID | said)


@pytest.fixture
def waiting(dan, work):
    address = send(dan).location
    work()
    return address


def chosen(page):
    """{field: what the page has chosen}, and {our column: its field}."""
    found, at = {}, {}
    for box in re.finditer(r'<select[^>]*name="([^"]+)".*?</select>', page, re.DOTALL):
        option = re.search(r'<option selected value="([^"]*)"', box[0])
        found[box[1]] = html.unescape(option[1]) if option else ""
    for n, column in enumerate(COLUMNS):
        at[column] = f"column_{n}"
    return found, at


def filled(page, **more):
    """The form as the desk sends it: what is guessed, the rest said to be lacking."""
    form, at = chosen(page)
    form |= {field: "none" for field in form if field.startswith("column_") and not form[field]}
    return form | {at.get(name, name): value for name, value in more.items()}


def test_a_file_in_other_words_waits_for_its_mapping(dan, waiting, admin, app):
    page = dan.get(waiting).text
    assert "見出しの割当てが必要です" in page
    assert "見出しに次の項目がありません" in page
    draft = dan.get(f"{waiting}/mapping").text
    assert "使用者名" in draft and "00000001" in draft
    assert "9903-6293-4150" not in draft and "**************" in draft
    form, at = chosen(draft)
    names = re.findall(r'<option value="(column-\d+)">([^<]+)', draft.split("</select>")[0])
    assert dict(names)[form[at["宛名番号"]]] == "お客様番号"
    assert form[at["支援措置"]] == "", "whether anybody is protected is not guessed"
    assert "「T9」（1件）" in draft and "「W1」（2件）" in draft
    noted = admin.execute(
        "select noun, action from audit.event where verb = 'read' and action = 'mapping:draft'"
    ).fetchall()
    assert set(noted) == {("intake", "mapping:draft")}
    assert admin.execute("select count(*) from city.intake_line").fetchone() == (0,)


def test_mapped_once_it_is_judged_loaded_and_known_the_next_time(dan, work, waiting, admin):
    draft = dan.get(f"{waiting}/mapping").text
    answer = dan.send(f"{waiting}/mapping", **filled(draft, source_code="07", kind_0="-", kind_1="204"))
    assert answer.location == waiting
    work()
    page = dan.get(waiting).text
    assert "取込前の確認結果" in page
    assert (
        "取込元「水道料金システム」の読替えで判定しています。決めた人：段田　実（令和8年11月25日（水）14:10）" in page
    )
    assert "債権種別コードが登録されていません" in page and "個人番号（マイナンバー）とみられる" in page
    dan.send(f"{waiting}/load")
    work()
    assert "台帳に取り込みました" in dan.get(waiting).text
    loaded = admin.execute("select d.source, d.number, r.kind_code from city.receivable r join city.debtor d on d.id = r.debtor_id"
                           " where d.number = '00000001'").fetchall()  # fmt: skip
    assert loaded == [("07", "00000001", "204")]
    kept = admin.execute("select id, kinds, by_id from city.mapping").fetchall()
    assert [(kinds, by) for _, kinds, by in kept] == [({"T9": "", "W1": "204"}, cast.id_("dan"))]
    assert admin.execute("select mapping_id from city.intake where mapping_id is not null").fetchall() == [
        (kept[0][0],)
    ]
    # the next file of this source needs no word more; of another source nothing is known
    again = send(dan, WATER + WATER.split(b"\r\n")[1].replace(b"00000001", b"00000009") + b"\r\n").location
    other = send(dan, source="住宅").location
    work()
    assert "取込前の確認結果" in dan.get(again).text
    assert "見出しの割当てが必要です" in dan.get(other).text
    assert "水道料金システム" in dan.get("/intakes").text
    listed = dan.get("/mappings").text
    assert "段田　実" in listed and "水道料金システム" in listed
    shown = dan.get(f"/mappings/{kept[0][0]}").text
    assert "204 水道料金" in shown and "どれにも当たらない" in shown and "お客様番号" in shown and "07" in shown


def test_the_newest_word_counts_and_the_older_ones_stay(dan, work, waiting, admin):
    for n, kind in enumerate(("204", "102"), 1):
        draft = dan.get(f"{waiting}/mapping").text
        dan.send(f"{waiting}/mapping", **filled(draft, kind_1=kind))
        work()
        assert ("取込対象外（強制徴収債権等）" in dan.get(waiting).text) and admin.execute(
            "select count(*) from city.mapping"
        ).fetchone() == (n,)
    counts = admin.execute("select verdict, count(*) from city.intake_line group by 1 order by 1").fetchall()
    assert counts == [("refused", 1), ("rejected", 2)], "the claim with a number in its memo, and the unknown kind"
    assert (
        "204"
        not in admin.execute("select kinds from city.mapping order by at desc, id desc limit 1").fetchone()[0].values()
    )


def test_what_was_said_of_codes_that_are_not_in_this_file_stays(dan, work, waiting, admin):
    draft = dan.get(f"{waiting}/mapping").text
    dan.send(f"{waiting}/mapping", **filled(draft, kind_0="-", kind_1="204"))
    work()
    only = send(dan, foreign(ledgers.record(債権種別コード="W1"))).location
    work()
    draft = dan.get(f"{only}/mapping").text
    assert chosen(draft)[0]["kind_0"] == "204", "it opens as it was said"
    dan.send(f"{only}/mapping", **filled(draft, kind_0="303"))
    assert admin.execute("select kinds from city.mapping order by at desc, id desc limit 1").fetchone()[0] == {
        "T9": "",
        "W1": "303",
    }


def test_codes_of_another_column_are_not_taken_for_kinds(dan, work, waiting, admin):
    draft = dan.get(f"{waiting}/mapping").text
    names = {
        name: value for value, name in re.findall(r'<option value="(column-\d+)">([^<]+)', draft.split("</select>")[0])
    }
    form = filled(draft, kind_1="204", 債権種別コード=names["性別"], 性別="none")
    dan.send(f"{waiting}/mapping", **form)
    assert admin.execute("select kinds from city.mapping").fetchone()[0] == {}
    work()
    assert "「2」（3件）" in dan.get(f"{waiting}/mapping").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"宛名番号": ""}, "どの見出しかを選んでください。"),
        ({"支援措置": ""}, "どの見出しかを選んでください。"),
        ({"通知書番号": "column-0"}, "同じ見出しを2つの項目に使うことはできません。"),
        ({"氏名": "none"}, "選択肢が正しくありません"),
        ({"宛名番号": "column-99"}, "選択肢が正しくありません"),
        ({"宛名番号": "x"}, "選択肢が正しくありません"),
        ({"kind_1": "999"}, "選択肢が正しくありません"),
        ({"source_code": "1" * 21}, "20字以内の英数字"),
        ({"source_code": "9903-6293-4150"}, "20字以内の英数字"),
    ],
)
def test_a_mapping_that_leaves_something_open_is_not_kept(dan, waiting, admin, wrong, sentence):
    draft = dan.get(f"{waiting}/mapping").text
    answer = dan.send(f"{waiting}/mapping", **filled(draft, **wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert admin.execute("select count(*) from city.mapping").fetchone() == (0,)


def test_a_column_of_individual_numbers_may_not_be_used(dan, work, admin):
    header = tuple("個人番号" if name == "通知書番号" else name for name in COLUMNS if name != "宛名番号")
    address = send(dan, ledgers.text(ledgers.record(), header=header).encode("cp932")).location
    work()
    draft = dan.get(f"{address}/mapping").text
    names = {
        name: value for value, name in re.findall(r'<option value="(column-\d+)">([^<]+)', draft.split("</select>")[0])
    }
    assert names["個人番号"] not in chosen(draft)[0].values()
    answer = dan.send(f"{address}/mapping", **filled(draft, 宛名番号=names["個人番号"]))
    assert (answer.status_code, "個人番号の列は使えません" in answer.text) == (422, True)


def test_kinds_of_a_file_in_our_own_words_are_mapped_from_its_verdicts(dan, work):
    address = send(dan, ledgers.text(ledgers.record(債権種別コード="W1")).encode("cp932")).location
    work()
    page = dan.get(address).text
    assert "読替えはありません" in page and "登録のない債権種別コードの記録があります" in page
    dan.send(f"{address}/mapping", **filled(dan.get(f"{address}/mapping").text, kind_0="204"))
    work()
    assert "204 水道料金" in dan.get(address).text


def test_a_source_whose_file_changed_its_headings_is_asked_again(dan, work, waiting):
    dan.send(f"{waiting}/mapping", **filled(dan.get(f"{waiting}/mapping").text, kind_1="204"))
    work()
    newer = send(dan, WATER.replace("お客様番号".encode("cp932"), "顧客番号".encode("cp932"))).location
    work()
    page = dan.get(newer).text
    assert "この取込元の読替えにある見出しが、ファイルにありません：お客様番号" in page
    form, at = chosen(dan.get(f"{newer}/mapping").text)
    assert form[at["宛名番号"]] == "column-0" and form[at["支援措置"]] == "none" and form["kind_1"] == "204"


def test_a_spreadsheet_goes_the_same_way(dan, work):
    book, out = openpyxl.Workbook(), io.BytesIO()
    cells = ledgers.record(債権種別コード="W1")
    book.active.append([THEIRS.get(name, name) for name in HAS])
    book.active.append([cells[name] for name in HAS])
    book.save(out)
    address = send(dan, out.getvalue(), name="未納.xlsx").location
    work()
    draft = dan.get(f"{address}/mapping").text
    assert "Excelブック（XLSX）" in draft
    dan.send(f"{address}/mapping", **filled(draft, kind_0="204"))
    work()
    assert "取込前の確認結果" in dan.get(address).text


def test_another_encoding_may_be_tried_before_anything_is_mapped(dan, work, waiting):
    assert dan.send(f"{waiting}/checks", encoding="utf-8").location == waiting
    work()
    assert "見出しの行を読み取れません" in dan.get(waiting).text


def test_giving_up_deletes_the_file_and_what_lies_beside_it(dan, work, waiting, app):
    assert len(list(app.config["UPLOAD_DIR"].iterdir())) == 2
    assert dan.send(f"{waiting}/cancellation").status_code == 302
    assert list(app.config["UPLOAD_DIR"].iterdir()) == []
    assert dan.get(f"{waiting}/mapping").status_code == 409


def test_an_upload_that_is_gone_says_so(dan, waiting, app):
    Uploads.of(app.config).remove(uuid.UUID(waiting.rsplit("/", 1)[1]))
    assert "ファイルの保存期間が過ぎました" in dan.get(waiting).text
    assert dan.get(f"{waiting}/mapping").status_code == 409


def test_nothing_to_map_says_so(dan):
    assert "読替えはまだありません" in dan.get("/mappings").text
    assert dan.get(f"/intakes/{cast.id_('intake')}/mapping").status_code == 409


DOORS = [("get", "/mappings"), ("get", "/mappings/{}"), ("get", "/intakes/{}/mapping"), ("post", "/intakes/{}/mapping")]


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_only_the_desk_comes_in(as_, method, path):
    for who in ("alma", "sora", "lena", "wim", "auda", "adi"):
        client = as_(who)
        reach = client.get if method == "get" else client.send
        assert reach(path.format(cast.id_("intake"))).status_code == 403, who


@pytest.mark.parametrize(("method", "path"), [door for door in DOORS if "{}" in door[1]])
def test_what_is_not_there_is_404(dan, method, path):
    reach = dan.get if method == "get" else dan.send
    assert reach(path.format(uuid.UUID(int=1))).status_code == 404
    assert reach(path.format("1")).status_code == 404
