"""送付を記録する and 郵便の返戻を記録する."""

import re

import pytest

from tests import cast

MORI = cast.id_("mori_north")
SENT = {"kind": "contact_request", "sent_on": "2026-11-24", "address": "〒471-0000 豊川野市本町1丁目1番地"}


def test_a_letter_is_logged_and_stands_in_the_history(as_):
    alma = as_("alma")
    page = alma.get(f"/cases/{MORI}/letters/new").text
    assert "〒471-0000 豊川野市本町1丁目1番地" in page and "連絡のお願い" in page and "法的手続の予告" not in page
    assert alma.send(f"/cases/{MORI}/letters", **SENT).location == f"/cases/{MORI}"
    history = alma.get(f"/cases/{MORI}").text
    assert "連絡のお願い" in history and "送付先：〒471-0000" in history
    letter = re.search(r"/letters/[0-9a-f-]{36}/return", history)[0]
    assert "連絡のお願い" in alma.get(letter).text
    assert alma.send(letter, returned_on="2026-11-25", reason="unknown_address").location == f"/cases/{MORI}"
    history = alma.get(f"/cases/{MORI}").text
    assert "あて所に尋ねあたりません" in history and "所在の調査は市が行います" in history and letter not in history
    assert alma.send(letter, returned_on="2026-11-25", reason="moved").status_code == 409


def test_during_a_hold_the_page_warns_before_and_marks_after(as_, admin):
    alma = as_("alma")
    call = alma.send(f"/cases/{MORI}/calls", number="1").location
    alma.send(f"{call}/log", version=1, result="01", outcome="41")
    assert "基準外として残ります" in alma.get(f"/cases/{MORI}/letters/new").text
    alma.send(f"/cases/{MORI}/letters", **SENT | {"sent_on": "2026-11-25"})
    assert "この送付は、基準外として記録されました。" in alma.get(f"/cases/{MORI}").text


def test_what_is_missing_is_named(as_):
    alma = as_("alma")
    for wrong in ({"kind": "before_court"}, {"sent_on": "2026-12-01"}, {"sent_on": "x"}, {"address": ""}):
        assert alma.send(f"/cases/{MORI}/letters", **SENT | wrong).status_code == 422, wrong


def test_a_lawyer_sends_a_lawyers_letter(as_):
    case = cast.id_("ueda_law")
    assert as_("lena").send(f"/cases/{case}/letters", **SENT | {"kind": "before_court"}).status_code == 302


@pytest.mark.parametrize(("who", "path", "status"), [
    ("bo", f"/cases/{MORI}/letters", 404), ("dan", f"/cases/{MORI}/letters", 403), ("alma", f"/letters/{cast.id_('nowhere')}/return", 404),
    ("wim", f"/letters/{cast.id_('nowhere')}/return", 403), ("alma", f"/cases/{cast.id_('recalled_north')}/letters", 404),
])  # fmt: skip
def test_who_may_not_or_does_not_see(as_, who, path, status):
    assert as_(who).send(path).status_code == status
    assert as_(who).get(path.replace("/letters", "/letters/new") if "/cases/" in path else path).status_code == status
