"""The desk's doors to 注意事項."""

import pytest

from portal.rules.movements import EFFECT_LABELS
from tests import cast

ABE = cast.id_("abe")


def the_mark(admin):
    return admin.execute("select id from city.mark").fetchone()[0]


def test_set_and_ended(as_, admin):
    dan, dora = as_("dan"), as_("dora")
    assert "係争中・異議あり" in dan.get(f"/persons/{ABE}/marks/new").text
    dan.send(f"/persons/{ABE}/marks", code="disputed", reason="金額の異議（債管第210号）")
    page = dan.get(f"/persons/{ABE}").text
    assert "注意事項を付けました。" in page and str(EFFECT_LABELS["law_team"]) in page
    page = dora.get(f"/persons/{ABE}").text
    for words in ("係争中・異議あり", "金額の異議（債管第210号）", "段田"):
        assert words in page
    end = f"/marks/{the_mark(admin)}/end"
    assert "金額の異議" in dora.get(end).text
    assert dora.send(end, reason="").status_code == 422
    page = dora.get(dora.send(end, reason="本人が了承").location).text
    assert "注意事項を外しました。" in page and "外した注意事項" in page and "本人が了承" in page
    assert "すでに外れています。" in dora.get(dora.send(end, reason="再度").location).text
    assert admin.execute("select count(*) from city.hold where lifted_at is null").fetchone() == (0,)


def test_refused(as_):
    dan = as_("dan")
    path = f"/persons/{ABE}/marks"
    for form in (
        {},
        {"code": "disputed"},
        {"code": "protected_address", "reason": "x"},
        {"code": "disputed", "reason": "あ" * 501},
    ):
        assert dan.send(path, **form).status_code == 422
    dan.send(path, code="disputed", reason="異議")
    assert "すでに付いています。" in dan.get(dan.send(path, code="disputed", reason="異議").location).text


def test_who_is_not_there(as_):
    dan, nobody = as_("dan"), cast.id_("nobody")
    assert dan.get(f"/persons/{nobody}/marks/new").status_code == 404
    assert dan.get(f"/marks/{nobody}/end").status_code == 404
    assert dan.send(f"/persons/{nobody}/marks", code="disputed", reason="x").status_code == 404
    assert dan.send(f"/marks/{nobody}/end", reason="x").status_code == 404


@pytest.mark.parametrize("who", ["alma", "lena", "wim", "auda", "adi"])
def test_only_the_desk(as_, who):
    client = as_(who)
    assert client.get(f"/persons/{ABE}/marks/new").status_code == 403
    for path in (f"/persons/{ABE}/marks", f"/marks/{cast.id_('nobody')}/end"):
        assert client.send(path, code="disputed", reason="x").status_code == 403
