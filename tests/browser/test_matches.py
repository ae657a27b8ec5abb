"""A person found, marked and joined with another entry of theirs, and the joining undone, in a real Chromium."""

import uuid

import pytest

from tests import cast

FREE, TWIN = cast.id_("free"), uuid.UUID("ffffffff-0000-7000-8000-000000000001")


@pytest.fixture
def twice(admin):
    """原 八郎 a second time, in another source, with half-width kana and an address in another manner."""
    admin.execute("insert into city.person (id) values (%s)", [TWIN])
    admin.execute(
        "insert into city.debtor (id, person_id, source, number, name, kana, birth, postcode, address, phone1)"
        " select gen_random_uuid(), %s, '02', '0000000077', name, 'ﾊﾗ ﾊﾁﾛｳ', birth, postcode, '本町9-1', phone1 from city.debtor"
        " where person_id = %s", [TWIN, FREE],
    )  # fmt: skip


def test_found_joined_and_undone(desk, stored, twice):
    dan = desk("dan")
    page = dan.go("/persons/search")
    dan.look()
    page.get_by_label("カナ氏名").fill("はらは")
    dan.press("探す")
    page.get_by_text("全2件").wait_for()
    dan.look("persons_found")
    dan.go("/matches")
    dan.look()
    dan.press("候補を探す")
    page.get_by_text("候補を探しています").wait_for()
    for _ in range(40):
        if stored("select count(*) from city.match"):
            break
        page.wait_for_timeout(250)
    dan.go("/matches")
    dan.look("matches")
    dan.press("見比べる")
    dan.look("match")
    page.get_by_label("判断の理由").fill("住民票で確認")
    dan.press("同じ方としてまとめる")
    page.get_by_text("同じ方としてまとめました。").wait_for()
    dan.look("person_whole")
    assert stored("select count(*) from city.debtor where person_id = %s", FREE) == 2
    dan.press("まとめの内容と取消し")
    dan.look()
    dan.press("まとめを取り消す")
    page.get_by_text("まとめを取り消し、元の状態に戻しました。").wait_for()
    dan.look()
    assert stored("select count(*) from city.debtor where person_id = %s", FREE) == 1


def test_marked_and_related(desk, stored):
    dan = desk("dan")
    page = dan.go(f"/persons/{FREE}/marks/new")
    dan.look()
    page.get_by_label("係争中・異議あり").check()
    page.get_by_label("付ける理由").fill("金額の異議（債管第210号）")
    dan.press("注意事項を付ける")
    page.get_by_text("注意事項を付けました。").wait_for()
    dan.look()
    dan.press("外す")
    dan.look()
    page.get_by_label("外す理由").fill("本人が了承")
    dan.press("注意事項を外す")
    page.get_by_text("注意事項を外しました。").wait_for()
    dan.go(f"/persons/{FREE}/related/new")
    dan.look()
    page.get_by_label("氏名", exact=True).fill("加藤　次郎")
    page.get_by_label("カナ氏名").fill("カトウ　ジロウ")
    page.get_by_label("電話番号").fill("0565-00-0102")
    dan.press("登録する")
    page.get_by_text("関係者を登録しました。").wait_for()
    dan.look()
    dan.press("変更")
    dan.look()
    dan.press("支援措置を記録する")
    dan.look()
    dan.press("支援措置を記録する")
    page.get_by_text("氏名・住所・電話番号を消しました。").wait_for()
    assert stored("select count(*) from city.related where protected and name is null") == 1
