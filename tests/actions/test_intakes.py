"""A ledger file from upload to load: what the check says, what the load writes, what never gets anywhere."""

import csv
import io
import threading
import time
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from portal.actions import intakes
from portal.adapters.unreadable import UnreadableFile
from portal.rules.lifecycles import NotNow
from tests import cast
from tests.desk import MORI, Desk, claims, debtor, ledger, record

DATA = Path(__file__).parent.parent / "data"
SAMPLE = (DATA / "ledger_sample_cp932.csv").read_bytes()
EXPECTED = list(csv.DictReader((DATA / "ledger_sample_expected.csv").open(encoding="utf-8")))
SELF_ENFORCED = [str(code) for code in range(101, 112)]


@pytest.fixture
def desk(app, acting):
    return Desk(app, acting)


def ticket(admin, desk):
    return admin.execute(
        "select tries, error, done_at from access.outbox where id = %s", [desk.see().ticket_id]
    ).fetchone()


# columns that count: 101 is no kind there
RUNNING = {"line", "branch", "instalment"}


def everything(admin, *values):
    """Where one of these stands as a value, in any table of the city and of its partners."""
    tables = admin.execute("select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
                           " and table_schema in ('city', 'shared') and table_name <> 'claim_kind'").fetchall()  # fmt: skip
    return [
        (table, cell)
        for schema, table in tables
        for (cell,) in admin.execute(
            f'select distinct e.key from {schema}."{table}" t, jsonb_each_text(to_jsonb(t)) e where e.value = any(%s)',
            [list(values)],
        ).fetchall()
        if cell not in RUNNING
    ]


def test_the_sample_is_judged_and_loaded_as_expected(desk, admin):
    intake = desk.check(SAMPLE)
    assert (intake.state, intake.encoding, intake.lines) == ("checked", "cp932", 1500)
    lines = admin.execute(
        "select line, verdict, reasons, warnings, kind_code, balance from city.intake_line order by line"
    ).fetchall()
    assert [
        [str(line), verdict, "|".join(reasons), "|".join(warnings)] for line, verdict, reasons, warnings, *_ in lines
    ] == [list(row.values()) for row in EXPECTED]
    counts = {v: sum(row["verdict"] == v for row in EXPECTED) for v in ("accepted", "excluded", "refused", "rejected")}
    assert {verdict: pair[0] for verdict, pair in intake.totals["verdicts"].items()} == counts
    yen = {v: sum(line[5] for line in lines if line[1] == v) for v in ("accepted", "excluded")}
    assert {v: intake.totals["verdicts"][v][1] for v in yen} == yen

    desk.ask_load()
    desk.perform()
    intake = desk.see()
    assert (intake.state, intake.totals["loaded"]["claims"]) == ("loaded", counts["accepted"] + counts["excluded"])
    assert dict(
        admin.execute(
            "select verdict, count(*) from city.receivable where intake_id = %s group by 1", [desk.id]
        ).fetchall()
    ) == {v: counts[v] for v in ("accepted", "excluded")}
    assert admin.execute("select sum(balance) from city.receivable where intake_id = %s", [desk.id]).fetchone()[
        0
    ] == sum(yen.values())
    assert everything(admin, *SELF_ENFORCED) == []
    assert intake.totals["kinds"]["101"] == {"refused": [130, 0]}
    assert admin.execute("select count(*) from city.intake_stage").fetchone()[0] == 0
    assert not desk.uploads.has(desk.id)


def test_nobody_who_only_owes_what_was_refused_or_rejected_is_stored(desk, admin):
    desk.take_in(
        record(1, 債権種別コード="101", 氏名="税野　一", 摘要="市税"),
        record(9002, 氏名="誤野　二", 調定額="一万円"),
        record(9003, 債権種別コード="363", 氏名="不明　三"),
        record(9004),
    )
    assert [debtor(admin, number) for number in (9002, 9003)] == [None, None]
    assert everything(admin, "税野　一", "誤野　二", "不明　三", "市税") == []
    kept = admin.execute(
        "select distinct kind_code, balance from city.intake_line where verdict in ('refused', 'rejected')"
    )
    assert kept.fetchall() == [(None, None)]
    assert len(claims(admin, 9004)) == 1


def test_a_record_becomes_a_person_a_claim_and_its_events(desk, admin):
    desk.take_in(record(最終承認日="2025-01-10", 債務名義確定日="2026-02-02"))
    who, (claim,) = debtor(admin, 9001), claims(admin, 9001)
    assert who.items() >= {
        "source": "01", "name": "河井　秋", "kana": "カワイ アキ", "birth": "1970-01-01", "phone1": "0565-00-0901",
        "protected": False, "flags": [],
    }.items()  # fmt: skip
    assert claim.items() >= {
        "kind_code": "201", "class": "private", "assessed": 10000, "balance": 10000, "summary": "第一小学校　5月分",
        "memo": "折衝記録あり", "verdict": "accepted", "as_of": "2026-11-23", "last_day": "2036-02-02",
    }.items()  # fmt: skip
    events = admin.execute(
        "select kind, happened_on::text from city.receivable_event where receivable_id = %s order by 1", [claim["id"]]
    )
    assert events.fetchall() == [
        ("acknowledgement", "2025-01-10"),
        ("demand", "2024-07-24"),
        ("judgment", "2026-02-02"),
    ]


def test_several_claims_of_one_person_make_one_person_and_an_equal_repeat_loads_once(desk, admin):
    intake = desk.take_in(record(), record(), record(期別="2", 生活保護="1"), record(期別="3", 係争中="1"))
    assert (intake.totals["again"][0], intake.totals["loadable"]) == (1, [3, 30000])
    assert intake.totals["loaded"].items() >= {"debtors": 1, "claims": 3}.items()
    assert debtor(admin, 9001)["flags"] == ["public_assistance"], "of the person, not of one claim"
    assert [claim["reasons"] for claim in claims(admin, 9001)] == [[], ["public_assistance"], ["disputed"]]


def test_what_is_unchanged_is_not_written_again(desk, admin):
    records = [record(), record(9002, 期別="2")]
    desk.take_in(*records)
    rows = "select id, xmin::text from city.{} order by id"
    before = [admin.execute(rows.format(table)).fetchall() for table in ("receivable", "debtor", "receivable_event")]
    intake = desk.take_in(*records)
    assert intake.state == "loaded"
    assert (
        intake.totals["loaded"].items()
        >= {"debtors": 0, "claims": 0, "claims_changed": 0, "debtors_changed": 0}.items()
    )
    assert before == [
        admin.execute(rows.format(table)).fetchall() for table in ("receivable", "debtor", "receivable_event")
    ]


def test_a_payment_in_the_ledger_reaches_every_copy_a_partner_holds(desk, admin):
    """Abe's claim stands at North and at the law team."""
    abe = MORI | {"宛名番号": "0000000004", "氏名": "阿部　四郎", "調定額": "40000", "収納額": "15000"}
    desk.take_in(abe, MORI | {"収納額": "10000"})
    copies = admin.execute(
        "select balance from shared.claim where case_id = any(%s)", [[cast.id_("abe_north"), cast.id_("abe_law")]]
    )
    assert copies.fetchall() == [(25000,), (25000,)]
    files = admin.execute("select balance from shared.casefile where id = any(%s) order by 1",
                          [[cast.id_(case) for case in ("abe_north", "abe_law", "mori_north")]])  # fmt: skip
    assert files.fetchall() == [(0,), (25000,), (25000,)]
    (paid,) = claims(admin, 1)
    assert (paid["balance"], paid["verdict"], paid["reasons"]) == (0, "excluded", ["paid"])


def test_an_older_extract_brings_what_is_new_and_undoes_nothing(desk, admin):
    desk.take_in(record(収納額="4000"), whole=False)
    intake = desk.take_in(record(氏名="河井　旧"), record(9002), as_of=date(2026, 10, 31), whole=False)
    assert intake.totals["loaded"].items() >= {"claims": 1, "claims_changed": 0, "kept": 1}.items()
    assert (claims(admin, 9001)[0]["balance"], debtor(admin, 9001)["name"]) == (6000, "河井　秋")
    assert claims(admin, 9002)[0]["as_of"] == "2026-10-31"


def test_a_whole_extract_speaks_for_unchanged_claims_too(desk, admin):
    desk.take_in(record(), as_of=date(2026, 9, 30))
    desk.take_in(record(), as_of=date(2026, 11, 23))
    intake = desk.take_in(record(収納額="9000"), as_of=date(2026, 10, 31))
    assert intake.totals["loaded"]["kept"] == 1
    assert claims(admin, 9001)[0]["balance"] == 10000


def test_one_mark_protects_the_person_and_erases_what_was_known(desk, admin):
    desk.take_in(record(), record(期別="2"))
    desk.take_in(record(期別="3", 支援措置="1"), record(期別="2", 収納額="1"), whole=False)
    who = debtor(admin, 9001)
    assert who["protected"]
    assert {
        who[cell] for cell in ["name", "kana", "birth", "sex", "postcode", "address", "building", "phone1", "phone2"]
    } == {None}
    assert {(c["summary"], c["memo"], c["notice_no"]) for c in claims(admin, 9001)} == {(None, None, None)}
    assert everything(admin, "河井　秋", "カワイ アキ", "南町団地2棟305号", "折衝記録あり") == []


def test_the_citys_own_kinds_and_settings_decide(desk, admin):
    admin.execute("update city.claim_kind set entrusted = false where code = '202'")
    admin.execute("insert into shared.setting (id, name, valid_from, value, audience)"
                  " values (gen_random_uuid(), 'demand_arrival_days', '2026-01-01', '9', 'city')")  # fmt: skip
    intake = desk.take_in(record(債権種別コード="202"), record(期別="2", 督促到達日=""))
    assert intake.totals["reasons"] == {"kind_not_entrusted": [1, 10000]}
    moved = admin.execute(
        "select happened_on::text from city.receivable_event where happened_on > '2024-07-24'"
    ).fetchall()
    assert moved == [("2024-07-29",)]


def test_a_copy_of_a_job_does_nothing(desk, admin):
    desk.check(ledger(record()))
    checked = desk.see().ticket_id
    desk.perform(checked)
    desk.ask_load()
    desk.perform()
    before = desk.see().totals
    desk.perform()
    desk.perform(checked)
    assert (desk.see().totals, len(claims(admin, 9001))) == (before, 1)


def test_what_is_over_stays_over(desk):
    desk.take_in(record())
    for again in (desk.ask_load, desk.cancel):
        with pytest.raises(NotNow):
            again()
    desk.check(ledger(record()))
    desk.cancel()
    assert not desk.uploads.has(desk.id)
    for again in (desk.ask_load, desk.cancel):
        with pytest.raises(NotNow):
            again()


def test_a_check_that_comes_after_the_cancel_says_nothing(desk, admin):
    desk.upload(ledger(record()))
    desk.cancel()
    desk.perform()
    assert desk.see().state == "cancelled"
    assert admin.execute("select count(*) from city.intake_line").fetchone()[0] == 0


def test_a_cancel_in_the_middle_of_the_check_wins(desk, admin):
    many = SAMPLE[: SAMPLE.index(b"\r\n") + 2] + SAMPLE[SAMPLE.index(b"\r\n") + 2 :] * 20
    desk.upload(many)
    worker = threading.Thread(target=desk.perform, args=[desk.see().ticket_id])
    worker.start()
    while worker.is_alive() and not admin.execute("select 1 from access.progress").fetchone():
        time.sleep(0.01)
    assert worker.is_alive(), "the check was over before it could be cancelled"
    desk.cancel()
    worker.join()
    assert desk.see().state == "cancelled"
    assert admin.execute("select count(*) from city.intake_line").fetchone()[0] == 0
    assert ticket(admin, desk)[2] is not None


def test_a_load_that_does_not_agree_with_the_check_leaves_nothing(desk, admin):
    desk.check(ledger(record(), record(9002)))
    seen = desk.see().totals
    for wrong in ([2, 20001], [1, 20000]):
        admin.execute(
            "update city.intake set totals = jsonb_set(totals, '{loadable}', %s::jsonb), state = 'checked'",
            [str(wrong)],
        )
        desk.ask_load()
        desk.perform()
        assert ticket(admin, desk) == (1, "Differs", None)
        assert (desk.see().state, debtor(admin, 9001), desk.uploads.has(desk.id)) == ("loading", None, True)
        assert admin.execute("select count(*) from city.intake_stage").fetchone()[0] == 0
    admin.execute("update city.intake set totals = jsonb_set(totals, '{loadable}', %s::jsonb)", [str(seen["loadable"])])
    desk.perform()
    assert desk.see().state == "loaded"


def test_one_record_the_ledger_refuses_keeps_all_others_out(desk, admin):
    """The gate stands in the schema; here it shuts between check and load."""
    desk.check(ledger(record(), record(9002, 債権種別コード="203")))
    admin.execute("alter table city.receivable add constraint not_this check (kind_code <> '203')")
    desk.ask_load()
    desk.perform()
    assert ticket(admin, desk)[:2] == (1, "23514")
    assert (debtor(admin, 9001), desk.see().state) == (None, "loading")


def test_whoever_lost_the_right_meanwhile_gets_nothing_done(desk, admin):
    desk.upload(ledger(record()))
    asked = desk.see().ticket_id
    admin.execute("update shared.account set ends = '2026-11-24' where id = %s", [cast.id_("dan")])
    desk.perform(asked)
    assert admin.execute("select tries, error from access.outbox").fetchall() == [(1, "28000")]
    assert admin.execute("select state from city.intake where id = %s", [desk.id]).fetchone() == ("uploaded",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ファイルが空です。"),
        (b"%PDF-1.7 ...", "PDFファイルです"),
        (b"\xd0\xcf\x11\xe0 old", "古い形式"),
        (b"PK\x03\x04 no book", "XLSXのファイルではないか"),
        ("名前,所在\r\n山田,本町\r\n".encode("cp932"), "見出しがありません"),
    ],
)
def test_what_is_plainly_no_ledger_is_refused_at_once_and_not_kept(desk, content, sentence):
    with pytest.raises(UnreadableFile) as refused:
        desk.upload(content)
    assert sentence in str(refused.value)
    assert list(desk.app.config["UPLOAD_DIR"].iterdir()) == []


def test_what_only_the_worker_finds_unreadable_is_said_in_one_sentence_and_deleted(desk):
    intake = desk.check(b"PK\x03\x04" + bytes(2_000_000))
    assert (intake.state, intake.trouble) == ("unreadable", "XLSXのファイルではないか、壊れています。")
    assert not desk.uploads.has(desk.id)


def test_a_lost_upload_is_said_too(desk):
    desk.check(ledger(record()))
    desk.uploads.remove(desk.id)
    with pytest.raises(intakes.Gone):
        desk.ask_load()
    desk.check(ledger(record()))
    desk.ask_load()
    desk.uploads.remove(desk.id)
    desk.perform()
    assert (desk.see().state, desk.see().trouble) == ("cancelled", intakes.Gone.label)


def test_the_desk_says_how_the_file_is_encoded(desk, admin):
    desk.check(ledger(record()))
    with desk.acting("dan", "intake:check") as by:
        intakes.check_again(desk.id, encoding="utf-8", uploads=desk.uploads, by=by)
    desk.perform()
    assert (desk.see().state, desk.see().trouble) == (
        "unreadable",
        "見出しの行を読み取れません。文字コードと引用符を確かめてください。",
    )


def test_the_same_file_is_known_again(desk):
    first = desk.check(ledger(record()))
    second = desk.check(ledger(record()))
    with desk.acting("dan", "intake:show"):
        assert intakes.same_file(second).id == first.id
    other = desk.check(ledger(record(), record(9002)))
    with desk.acting("dan", "intake:show"):
        assert intakes.same_file(other) is None


def test_a_nul_hidden_in_a_spreadsheet_keeps_only_its_record_out(desk, admin):
    """A sheet may write it as _x0000_; PostgreSQL has no such text, and one would keep the whole file out."""
    book, plain, spoilt = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in (record().keys(), record().values(), record(9002, 氏名="河井　冬").values()):
        book.active.append(list(row))
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(spoilt, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace("河井　冬".encode(), "河井_x0000_冬".encode()))
    intake = desk.check(spoilt.getvalue())
    assert intake.totals["reasons"] == {"bad_encoding": [1, 0]}
    desk.ask_load()
    desk.perform()
    assert (desk.see().state, len(claims(admin, 9001))) == ("loaded", 1)


def test_two_loads_of_the_same_people_at_once(desk, admin):
    """One after the other, whatever the order; neither fails and nobody is there twice."""
    tickets = []
    for content in (
        ledger(*(record(n) for n in range(9001, 9101))),
        ledger(*(record(n) for n in range(9100, 9000, -1))),
    ):
        desk.check(content)
        desk.ask_load()
        tickets.append(desk.see().ticket_id)
    workers = [threading.Thread(target=desk.perform, args=[asked]) for asked in tickets]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert admin.execute("select state, totals->'loaded'->>'claims' from city.intake where id <> %s order by 2", [cast.id_("intake")]).fetchall() == [
        ("loaded", "0"), ("loaded", "100"),
    ]  # fmt: skip
    assert admin.execute(
        "select count(*) from city.person p where not exists (select from city.debtor d where d.person_id = p.id)"
    ).fetchone() == (0,)
