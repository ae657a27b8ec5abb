"""外部提供記録, 催告停止者リスト, 契約終了まで30日: what the city writes down and hands on."""

import csv
import io

import pytest

from tests import cast

MORI = cast.id_("mori")


def test_one_person_on_a_sheet(as_, admin):
    page = as_("dan").get(f"/persons/{MORI}/disclosures").text
    for words in (
        "外部提供記録",
        "北コールセンター",
        "10000001",
        "学校給食費",
        "令和6年度",
        "債管第101号 令和8年11月24日（火）",
        "委託中",
        "段田　実",
    ):
        assert words in page
    row = admin.execute("select noun, verb, ids from audit.event order by at desc limit 1").fetchone()
    assert row == ("person", "read", [MORI])


def test_when_the_partner_ceased_to_hold_it(as_, admin):
    admin.execute("update city.placement set end_reason = '契約の変更' where person_id = %s", [cast.id_("recalled")])
    page = as_("dan").get(f"/persons/{cast.id_('recalled')}/disclosures").text
    assert "契約の変更" in page and "令和8年11月25日（水）13:10に終了" in page


def test_a_conflict_check_has_no_file(as_, admin):
    admin.execute("insert into city.disclosure (id, person_id, org_id, by_id, at, ground, decision_no, fields, receivables) values"
                  " (gen_random_uuid(), %s, %s, %s, now(), '利益相反の確認', '債管第90号', '{name,kana,birth}', '{}')",
                  [MORI, cast.id_("law"), cast.id_("dan")])  # fmt: skip
    assert "利益相反の確認（引渡し前）" in as_("dan").get(f"/persons/{MORI}/disclosures").text
    assert "（利益相反の確認）" in as_("dan").get("/disclosures").text


def test_nobody_and_nothing(as_):
    assert as_("dan").get(f"/persons/{cast.id_('nobody')}/disclosures").status_code == 404
    assert "外部に提供した記録はありません。" in as_("dan").get(f"/persons/{cast.id_('free')}/disclosures").text
    assert as_("auda").get(f"/persons/{MORI}/disclosures").status_code == 403
    assert as_("sora").get("/disclosures").status_code == 403


@pytest.mark.parametrize("who", ["dan", "auda"])
def test_the_ledger_of_a_period(as_, who):
    everything = as_(who).get("/disclosures").text
    assert "全9件・8名" in everything and "森" in everything
    assert "全2件" in as_(who).get(f"/disclosures?org={cast.id_('law')}").text
    assert (
        "この期間に外部へ提供した記録はありません。"
        in as_(who).get("/disclosures?from=2026-01-01&until=2026-01-31").text
    )
    for query in ("?org=x", "?from=x&until=y", "?after=x", "?from=0001-01-01"):
        assert as_(who).get(f"/disclosures{query}").status_code == 200


@pytest.mark.parametrize("who", ["dan", "auda"])
def test_it_goes_out_as_a_file_and_that_is_noted(as_, who, admin):
    answer = as_(who).get("/disclosures/export?format=csv")
    head, *rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert head[:4] == ["提供した日時", "提供先", "案件番号", "氏名"] and len(rows) == 9
    assert as_(who).get("/disclosures/export?format=xlsx").get_data()[:2] == b"PK"
    row = admin.execute(
        "select verb, action, cardinality(ids) from audit.event where verb = 'export' limit 1"
    ).fetchone()
    assert row == ("export", "disclosure:export", 8)


def test_the_stop_list_a_source(as_, admin):
    dan = as_("dan")
    page = dan.get("/stop-lists").text
    assert "01" in page and ">6<" in page
    for form, encoding in (("csv", "utf-8-sig"), ("cp932", "cp932")):
        answer = dan.get(f"/stop-lists/export?source=01&format={form}")
        rows = list(csv.reader(io.StringIO(answer.get_data().decode(encoding))))
        assert rows[0] == ["取込元", "宛名番号"] and len(rows) == 7 and all(len(row) == 2 for row in rows)
    assert admin.execute("select count(*) from audit.event where verb = 'export'").fetchone() == (2,)
    assert dan.get("/stop-lists/export?source=99").status_code == 404
    assert dan.get("/stop-lists/export").status_code == 302
    assert (
        as_("auda").get("/stop-lists").status_code == as_("sora").get("/stop-lists/export?source=01").status_code == 403
    )


def test_contracts_that_end_soon(as_, admin):
    dan = as_("dan")
    assert as_("sora").get("/engagements/ending").status_code == 403
    assert "終了・引揚げ待ち" in dan.get("/engagements/ending").text  # the cast's: the night has not come yet
    admin.execute("update shared.engagement set ends = '2026-12-10' where id = %s", [cast.id_("north_contract")])
    page = dan.get("/engagements/ending").text
    assert "あと15日" in page and "70,000円" in page
    admin.execute(
        "delete from shared.engagement where id = any(%s)", [[cast.id_("north_contract"), cast.id_("gone_contract")]]
    )
    assert "30日以内に終了する委託契約はありません。" in dan.get("/engagements/ending").text
