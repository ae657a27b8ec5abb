"""返却・引揚げ済み: number, day and outcome, and no person."""

from tests import cast


def test_what_is_left_of_a_case(as_):
    page = as_("alma").get("/tombstones").text
    assert "10000008" in page and "引揚げ" in page and "全2件" in page
    assert "林" not in page.split("<main")[1] and str(cast.id_("recalled_north")) not in page
    assert "市へ戻った案件はありません。" in as_("bo").get("/tombstones").text


def test_who_may_not(as_):
    assert as_("dan").get("/tombstones").status_code == 403
    assert as_("alma").send("/tombstones").status_code == 405
