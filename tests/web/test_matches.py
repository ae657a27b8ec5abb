"""The desk's doors to 名寄せ."""

import uuid

import pytest

from tests import cast

MORI, ITO, FREE, ABE = (cast.id_(key) for key in ("mori", "ito", "free", "abe"))
TWIN = uuid.UUID("ffffffff-0000-7000-8000-000000000001")


@pytest.fixture
def twice(admin):
    """原 八郎 a second time, in another source."""
    admin.execute("insert into city.person (id) values (%s)", [TWIN])
    admin.execute(
        "insert into city.debtor (id, person_id, source, number, name, kana, birth, postcode, address, phone1)"
        " select gen_random_uuid(), %s, '02', '0000000077', name, kana, birth, postcode, address, phone1 from city.debtor"
        " where person_id = %s", [TWIN, FREE],
    )  # fmt: skip


def match(as_, one="0000000009", two="0000000077", **sources):
    answer = as_("dan").send("/matches", one=one, two=two, **sources)
    assert answer.status_code == 302, answer.text
    return answer.location


def test_nothing_waits(as_):
    page = as_("dan").get("/matches").text
    assert "確認を待つ候補はありません。" in page and "候補を探す" in page
    assert as_("dan").get("/matches?state=nonsense").status_code == 200


def test_found_on_request_by_the_worker(as_, app, admin, twice):
    from portal import jobs

    answer = as_("dan").send("/matches/proposals")
    assert answer.location == "/matches"
    ticket = admin.execute("select id, action from access.outbox where done_at is null").fetchone()
    assert ticket[1] == "match:propose"
    with app.app_context():
        jobs.perform(str(ticket[0]))
    page = as_("dan").get("/matches").text
    for words in ("八郎", "02-0000000077", "カナ氏名と生年月日が一致", "電話番号が一致", "住所が一致", "全1件"):
        assert words in page, words
    assert admin.execute("select count(distinct person_id) from city.debtor").fetchone() == (10,)


def test_side_by_side(as_, admin, twice):
    page = as_("dan").get(match(as_)).text
    for words in (
        "01-0000000009",
        "02-0000000077",
        "一致",
        "同じ方としてまとめる",
        "別の方とする",
        "90,000円",
        "職員の指定",
        "段田",
    ):
        assert words in page, words
    read = admin.execute("select ids from audit.event where verb = 'read' and action = 'match:show'").fetchone()
    assert set(read[0]) == {FREE, TWIN}


def test_joined_and_undone(as_, admin, twice):
    dan = as_("dan")
    address = match(as_)
    answer = dan.send(f"{address}/joining", note="住民票で確認")
    page = dan.get(answer.location).text
    assert answer.location == f"/persons/{FREE}" and "02-0000000077" in page and "まとめの内容と取消し" in page
    assert dan.get(f"/persons/{TWIN}").location == f"/persons/{FREE}"
    assert "住民票で確認" in dan.get("/matches?state=joined").text
    page = dan.get(address).text
    assert "まとめを取り消す" in page and "移る方：原" in page and "片方のみ" not in page, "still side by side"
    assert "すでに判断済みです。" in dan.get(dan.send(f"{address}/joining").location).text
    assert dan.send(f"{address}/undoing", note="誤り").location == "/matches"
    assert dan.get(f"/persons/{TWIN}").status_code == 200
    assert "まとめを取消し" in dan.get("/matches?state=undone").text
    assert admin.execute("select person_id from city.debtor where number = '0000000077'").fetchone() == (TWIN,)


def test_apart(as_, twice):
    dan = as_("dan")
    address = match(as_)
    dan.send(f"{address}/separation", note="生年月日の誤り")
    page = dan.get("/matches?state=apart").text
    assert "生年月日の誤り" in page and "段田" in page
    assert "同じ方としてまとめる" not in dan.get(address).text


def test_two_cases_of_one_lane_name_both_and_lead_to_the_recall(as_, admin):
    dan = as_("dan")
    address = match(as_, "0000000001", "0000000003")
    page = dan.get(address).text
    numbers = [
        row[0]
        for row in admin.execute(
            "select number from shared.casefile where id = any(%s)", [[cast.id_("mori_north"), cast.id_("ito_south")]]
        )
    ]
    assert all(number in page for number in numbers) and "いまはまとめられません" in page
    assert f"/placements/{cast.id_('ito_south')}/recall" in page and "同じ方としてまとめる" not in page
    page = dan.get(dan.send(f"{address}/joining").location).text
    assert "どちらかの案件を引き揚げてからまとめてください。" in page


def test_what_joining_will_do_is_said_first(as_, admin):
    admin.execute("update city.debtor set flags = '{public_assistance}' where person_id = %s", [FREE])
    page = as_("dan").get(match(as_, "0000000009", "0000000001")).text
    assert "生活保護受給中" in page and "委託中の案件は、すぐに引き揚げます。" in page
    page = as_("dan").get(match(as_, "0000000008", "0000000001")).text
    assert "消したものは、まとめを取り消しても戻りません。" in page


def test_numbers_that_do_not_lead_to_two_people(as_, admin, twice):
    dan = as_("dan")
    for one, two, words in (
        ("", "", "宛名番号を入力してください。"), ("0000000009", "4711", "この宛名番号の方はいません。"),
        ("0000000009", "0000000009", "すでに同じ方のものです。"),
    ):  # fmt: skip
        answer = dan.send("/matches", one=one, two=two)
        assert answer.status_code == 422 and words in answer.text
    admin.execute("update city.debtor set number = '0000000009' where person_id = %s", [TWIN])
    assert "取込元も入力してください。" in dan.send("/matches", one="0000000009", two="0000000001").text
    match(as_, "0000000009", "0000000009", one_source="01", two_source="02")


def test_paged(as_, admin):
    """Best first; and the address holds no name."""
    for n in range(30):
        person = uuid.UUID(int=(0xFFFFFFFF << 96) + n)
        admin.execute("insert into city.person (id) values (%s)", [person])
        admin.execute(
            "insert into city.debtor (id, person_id, source, number, name, kana) values (gen_random_uuid(), %s, '07', %s, '試　験', 'シ　ケン')",
            [person, str(n)],
        )
        admin.execute(
            "insert into city.match (id, kept_id, other_id, at, score, reasons) values (gen_random_uuid(), %s, %s, now(), %s, '{kana}')",
            [FREE, person, 50 + n % 5],
        )
    dan = as_("dan")
    page = dan.get("/matches").text
    assert "全30件" in page and page.count("見比べる") == 25
    following = next(part.split('"')[0] for part in page.split('href="') if part.startswith("/matches?after="))
    assert dan.get(following.replace("&amp;", "&")).text.count("見比べる") == 5


VERBS = ("joining", "separation", "undoing")


def test_who_is_not_there(as_):
    dan, nobody = as_("dan"), cast.id_("nobody")
    assert dan.get(f"/matches/{nobody}").status_code == 404
    for verb in VERBS:
        assert dan.send(f"/matches/{nobody}/{verb}").status_code == 404
    assert dan.get("/matches/1").status_code == 404
    assert dan.get(f"/matches/{nobody}/joining").status_code == 405


@pytest.mark.parametrize("who", ["alma", "sora", "lena", "wim", "auda", "adi"])
def test_only_the_desk(as_, who, twice):
    address = match(as_)
    client = as_(who)
    for path in ("/matches", "/matches/new", address):
        assert client.get(path).status_code == 403
    for path in ("/matches", "/matches/proposals", *(f"{address}/{verb}" for verb in VERBS)):
        assert client.send(path, one="1", two="2").status_code == 403


def test_a_note_too_long(as_, twice):
    answer = as_("dan").send(f"{match(as_)}/joining", note="あ" * 501)
    assert answer.status_code == 422 and "500文字以内" in answer.text
