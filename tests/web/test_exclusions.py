"""The work lists of what may not be handed over, and the list as a file."""

import csv
import io

import pytest

from tests import cast, stock

NORTH = {"engagement": str(cast.id_("north_contract"))}


@pytest.fixture
def mixed(admin):
    stock.fill(admin, 11, persons=150)


def test_every_reason_says_whose_turn_it_is_and_what_is_next(as_, mixed):
    page = as_("dan").get("/exclusions", query_string=NORTH).text
    for words in ("現年度分（滞納繰越分になってから引き渡します）", "ご本人がすでに委託中", "支援措置の対象", "連絡停止中", "係争中・異議あり",
                  "福祉部門", "債権所管課", "次にすること", "基準日"):  # fmt: skip
        assert words in page


def test_narrowed_to_one_reason_or_one_section(as_, admin, mixed):
    dan = as_("dan")
    held = dan.get("/exclusions", query_string=NORTH | {"reason": "held"}).text
    assert "理由：連絡停止中" in held and "回収再開" in held
    lawyers = dan.get("/exclusions", query_string=NORTH | {"reason": "lawyers_only"}).text
    assert "弁護士チームへの引渡し" in lawyers and str(cast.id_("law_contract")) in lawyers
    welfare = dan.get("/exclusions", query_string=NORTH | {"section": "welfare"}).text
    whole = dan.get("/exclusions", query_string=NORTH).text
    assert _total(welfare) < _total(whole)
    assert (
        dan.get("/exclusions", query_string={"reason": "x", "section": "y", "fiscal_year": "1066"}).status_code == 200
    )
    assert 'aria-current="true">令和6年度' in dan.get("/exclusions?fiscal_year=2024").text


def _total(page):
    return int(page.split('class="list-end">全')[1].split("件")[0].replace(",", ""))


@pytest.mark.parametrize("kind", ["csv", "cp932", "xlsx"])
def test_the_list_as_a_file(as_, admin, mixed, kind):
    dan = as_("dan")
    count = _total(dan.get("/exclusions", query_string=NORTH | {"section": "welfare"}).text)
    answer = dan.get("/exclusions/file", query_string=NORTH | {"section": "welfare", "format": kind})
    assert answer.status_code == 200
    if kind == "csv":
        header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
        assert len(rows) == count and header[1] == "宛名番号" and all("生活保護受給中" in row[8] for row in rows)
    noted = (
        "select ids from audit.event where verb = 'export' and action = 'exclusion:export' order by seq desc limit 1"
    )
    assert admin.execute(noted).fetchone() is not None


def test_nothing_stands_against_anybody(as_):
    assert "この条件で委託できない債権はありません" in as_("dan").get("/exclusions?least=99999999").text


@pytest.mark.parametrize("who", ["alma", "sora", "lena", "wim", "auda", "adi"])
def test_only_the_desk(as_, who):
    for path in ("/exclusions", "/exclusions/file"):
        assert as_(who).get(path).status_code == 403


def test_no_partner_left(as_, admin):
    admin.execute("update shared.engagement set ends = '2026-11-24'")
    assert "契約期間中の委託先がありません" in as_("dan").get("/exclusions").text
    assert as_("dan").get("/exclusions/file").status_code == 404
