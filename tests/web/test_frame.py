"""The menu always says where one is."""

import re

import pytest

from tests import cast

MORI, UEDA = cast.id_("mori_north"), cast.id_("ueda_law")


@pytest.mark.parametrize(("who", "path", "entry"), [
    ("alma", "/cases", "架電リスト"),
    ("alma", f"/cases/{MORI}", "架電リスト"),
    ("alma", f"/cases/{MORI}/letters/new", "架電リスト"),
    ("alma", f"/cases/{MORI}/referral", "架電リスト"),
    ("alma", f"/cases/{MORI}/return", "架電リスト"),
    ("alma", "/referrals/sent", "市からの回答"),
    ("lena", f"/cases/{UEDA}", "検討中"),
    ("dan", f"/persons/{cast.id_('mori')}", "委託中の債権"),
    ("dan", f"/persons/{cast.id_('mori')}/holds", "市の対応待ち"),
    ("wim", "/referrals/working", "対応中の方"),
])  # fmt: skip
def test_the_entry_of_the_page_is_lit(as_, who, path, entry):
    text = as_(who).get(path).text
    assert re.findall(r'aria-current="page"><span>([^<]+)</span>', text)[:1] == [entry]
