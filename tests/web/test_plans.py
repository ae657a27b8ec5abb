"""The desk's doors to a plan: drafted, looked at, changed, told by letter, handed over."""

import csv
import io

import pytest

from tests import cast, stock

NORTH, SOUTH, LAW = (str(cast.id_(f"{key}_contract")) for key in ("north", "south", "law"))
HARA = str(cast.id_("free"))
HALVES = {f"share-{NORTH}": "50", f"share-{SOUTH}": "50", f"share-{LAW}": "0", "draw": "random", "seed": "7"}
DECISION = {"decision_no": "債管第300号", "decided_on": "2026-11-25"}


@pytest.fixture
def filled(admin):
    stock.fill(admin, 3, persons=40, plain=True)


@pytest.fixture
def drafted(as_, admin, filled):
    dan = as_("dan")
    persons, yen = figures(dan.get("/plans/new", query_string=HALVES).text)
    answer = dan.send("/plans", **HALVES, title="12月の予定", persons=persons, yen=yen)
    assert answer.status_code == 302
    return answer.location


def figures(page):
    return (int(page.split(f'name="{name}" value="')[1].split('"')[0]) for name in ("persons", "yen"))


def test_drawn_compared_and_kept(as_, admin, filled):
    dan = as_("dan")
    form = dan.get("/plans/new?fiscal_year=2024").text
    assert form.count('value="50"') == 2  # the two call centres share alike until the desk says otherwise
    assert "振り分けを確認する" in form and "この内容で予定を作る" not in form
    page = dan.get("/plans/new", query_string=HALVES).text
    for words in ("委託先の比較", "一人あたりの残高", "電話番号がある方の割合", "金額：中額", "別の抽選番号で引き直す"):
        assert words in page
    persons, yen = figures(page)
    assert persons == 42
    made = dan.send("/plans", **HALVES, title="12月の予定", persons=persons, yen=yen)
    shown = dan.get(made.location).text
    assert "12月の予定" in shown and "作成中" in shown and "全42名" in shown
    assert admin.execute(
        "select seed, count(*) from city.plan p join city.plan_line l on l.plan_id = p.id group by 1"
    ).fetchone() == (7, 42)
    assert "12月の予定" in dan.get("/plans").text
    noted = "select count(*) from audit.event where verb = 'read' and noun = 'person' and action = 'plan:show'"
    assert admin.execute(noted).fetchone()[0] >= 1


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"title": ""}, "予定の名称を入力してください。"), ({"persons": "1"}, "確認の後に対象が変わりました。"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_kept(as_, admin, filled, changes, sentence):
    dan = as_("dan")
    persons, yen = figures(dan.get("/plans/new", query_string=HALVES).text)
    answer = dan.send("/plans", **{**HALVES, "title": "x", "persons": persons, "yen": yen, **changes})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert admin.execute("select count(*) from city.plan").fetchone() == (0,)


@pytest.mark.parametrize("query", [
    {"seed": "x"}, {"seed": "-1"}, {"low": "many"}, {f"share-{NORTH}": "x"}, {"draw": "coin"}, {"tier-low": "nobody"}, {"kind": "999"},
])  # fmt: skip
def test_a_strange_address_is_said_or_left_out(as_, query):
    assert as_("dan").get("/plans/new", query_string=HALVES | query).status_code == 200


def test_by_group_and_nobody_left(as_, filled):
    dan = as_("dan")
    page = dan.get("/plans/new", query_string=HALVES | {"group-child": LAW, "kind": "201"}).text
    assert "中央弁護士チーム" in page and "債権種別：" in page
    assert "予定に入れられる方はいません" in dan.get("/plans/new", query_string=HALVES | {"least": "99999999"}).text


def test_changed_by_hand(as_, admin, drafted):
    dan = as_("dan")
    assert dan.send(f"{drafted}/moves", engagement=LAW, person=HARA).status_code == 302
    assert "中央弁護士チーム" in dan.get(drafted).text
    assert "選んでください" in dan.send(f"{drafted}/moves", engagement=LAW).text
    assert dan.send(f"{drafted}/moves", engagement="x", person=HARA).status_code == 400
    assert dan.send(f"{drafted}/moves", engagement=str(cast.id_("gone_contract")), person=HARA).status_code == 409
    assert "抜く理由を入力してください。" in dan.send(f"{drafted}/withdrawals", person=HARA, reason="").text
    assert dan.send(f"{drafted}/withdrawals", person=HARA, reason="所管課で相談中").status_code == 302
    out = dan.get(f"{drafted}?show=out").text
    assert "所管課で相談中" in out and "原" in out
    assert dan.get(f"{drafted}?contract={LAW}").status_code == 200


@pytest.mark.parametrize("kind", ["csv", "cp932", "xlsx"])
def test_the_letters_list_as_a_file(as_, admin, drafted, kind):
    admin.execute("update city.debtor set name = '=1+1' where person_id = %s", [HARA])
    answer = as_("dan").get(f"{drafted}/notices/file?format={kind}")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    if kind == "xlsx":
        assert answer.data[:2] == b"PK"
    else:
        header, *rows = csv.reader(
            io.StringIO(answer.data.decode("utf-8-sig" if kind == "csv" else "cp932"), newline="")
        )
        assert len(rows) == 42 and header[:4] == ["番号", "氏名", "カナ氏名", "宛名"]
        assert "'=1+1" in {row[1] for row in rows} and {"北コールセンター", "南コールセンター"} == {
            row[8] for row in rows
        }
        assert "09:00" in rows[0][9] and "17:00" in rows[0][9]
    noted = "select cardinality(ids) from audit.event where verb = 'export' and action = 'plan:addresses'"
    assert admin.execute(noted).fetchone() == (42,)


def test_told_waited_placed(as_, admin, drafted, november):
    dan = as_("dan")
    first = dan.get(f"{drafted}/notices?size=25").text
    assert "全42名" in first and "（表示25名）" in first
    assert "予告発送日は" in dan.send(f"{drafted}/notice", noticed_on="2026-11-26").text
    assert dan.send(f"{drafted}/notice", noticed_on="2026-11-25").status_code == 302
    page = dan.get(drafted).text
    assert "12月10日" in page and "から引き渡せます" in page
    assert "まだ引き渡せません" in dan.get(f"{drafted}/placement").text
    sums = {"claims": 10**6, "persons": 10**6, "yen": 10**12}
    assert "予告の期間がまだ" in dan.send(f"{drafted}/placement", **DECISION, **sums).text
    admin.execute("update city.receivable set paid = assessed where id = %s", [cast.id_("free_receivable")])
    november.move_to("2026-12-10T09:00:00+09:00")
    confirm = dan.get(f"{drafted}/placement").text
    assert "予告後に外れた方" in confirm and "完納" in confirm and "41名" in confirm
    shown = {name: confirm.split(f'name="{name}" value="')[1].split('"')[0] for name in ("claims", "persons", "yen")}
    assert (
        "起案番号を入力してください。"
        in dan.send(f"{drafted}/placement", **DECISION | {"decision_no": ""}, **shown).text
    )
    answer = dan.send(f"{drafted}/placement", **DECISION, **shown)
    out = dan.get(answer.location).text
    assert "41名を引き渡しました" in out and "予告後に外れた" in out and "完納" in out
    made = admin.execute(
        "select decision_no, sum(cases), count(*) from city.entrustment where plan_id is not null group by 1"
    ).fetchall()
    assert made == [("債管第300号", 41, 2)]
    assert "すでに終わっています" in dan.get(f"{drafted}/placement").text
    assert dan.send(f"{drafted}/placement", **DECISION, **shown).status_code == 409


def test_cancelled(as_, drafted):
    dan = as_("dan")
    assert dan.send(f"{drafted}/cancellation").status_code == 302
    assert "取りやめ" in dan.get(drafted).text
    assert dan.send(f"{drafted}/cancellation").status_code == 409
    assert dan.send(f"{drafted}/notice", noticed_on="2026-11-25").status_code == 409


def test_a_plan_that_is_not_there(as_):
    dan = as_("dan")
    for path in ("/plans/{}", "/plans/{}/notices", "/plans/{}/notices/file", "/plans/{}/placement"):
        assert dan.get(path.format(cast.id_("nobody"))).status_code == 404
        assert dan.get(path.format("1")).status_code == 404
    for path in (
        "/plans/{}/cancellation",
        "/plans/{}/withdrawals",
        "/plans/{}/moves",
        "/plans/{}/notice",
        "/plans/{}/placement",
    ):
        sent = {
            "person": HARA,
            "reason": "x",
            "engagement": LAW,
            "noticed_on": "2026-11-25",
            "claims": 1,
            "persons": 1,
            "yen": 1,
        }
        assert dan.send(path.format(cast.id_("nobody")), **sent, **DECISION).status_code == 404


def test_the_wrong_method(as_, drafted):
    assert as_("dan").get(f"{drafted}/cancellation").status_code == 405


@pytest.mark.parametrize("who", ["alma", "sora", "lena", "wim", "auda", "adi"])
def test_only_the_desk(as_, drafted, who):
    client = as_(who)
    for path in (
        "/plans",
        "/plans/new",
        drafted,
        f"{drafted}/notices",
        f"{drafted}/notices/file",
        f"{drafted}/placement",
    ):
        assert client.get(path).status_code == 403
    for path in (
        "/plans",
        f"{drafted}/moves",
        f"{drafted}/withdrawals",
        f"{drafted}/cancellation",
        f"{drafted}/notice",
    ):
        assert client.send(path).status_code == 403


def test_an_empty_list_and_a_city_without_partners(as_, admin):
    dan = as_("dan")
    assert "委託予定はまだありません。" in dan.get("/plans").text
    admin.execute("update shared.engagement set ends = '2026-11-24'")
    assert "契約期間中の委託先がありません" in dan.get("/plans/new").text
