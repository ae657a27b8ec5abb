"""The waiting period of a 委託予告."""

from datetime import date

import pytest

from portal.rules.notices import places_from, waits_until


@pytest.mark.parametrize(("sent", "days", "last"), [
    (date(2026, 11, 25), 14, date(2026, 12, 9)), (date(2026, 2, 14), 14, date(2026, 2, 28)), (date(2026, 12, 31), 1, date(2027, 1, 1)),
])  # fmt: skip
def test_the_first_day_is_not_counted(sent, days, last):
    assert waits_until(sent, days) == last
    assert (places_from(last) - sent).days == days + 1
