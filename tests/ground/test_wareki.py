from datetime import date, timedelta

import pytest

from portal import wareki

DAY = date(2025, 5, 31)


@pytest.mark.parametrize(
    "text",
    [
        "20250531", "2025/05/31", "2025/5/31", "2025-05-31", "2025-5-31", "R070531", "r070531", "5070531", "令和7年5月31日",
        "令和07年05月31日", "R7.5.31", "r7.05.31", "２０２５０５３１", "２０２５／５／３１", "Ｒ０７０５３１", "令和７年５月３１日", "㋿7年5月31日",
    ],
)  # fmt: skip
def test_every_form_says_the_same_day(text):
    assert wareki.parse(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("r元.12.31", date(2019, 12, 31)),
        ("R元0501", date(2019, 5, 1)),
        ("R010501", date(2019, 5, 1)),
        ("5010501", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("4310430", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("S64.1.7", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("T15.12.25", date(1926, 12, 25)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("M45.7.30", date(1912, 7, 30)),
        ("1450730", date(1912, 7, 30)),
        ("2010730", date(1912, 7, 30)),
        ("M010125", date(1868, 1, 25)),
        ("20240229", date(2024, 2, 29)),
        ("R6.2.29", date(2024, 2, 29)),
        ("99991231", date(9999, 12, 31)),
    ],
)
def test_edges_of_eras_and_years(text, day):
    assert wareki.parse(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "00000000", "平成40年1月5日", "平成31年5月1日", "H310501", "令和元年4月30日", "R1.4.30", "昭和64年1月8日", "平成元年1月7日",
        "昭和99年1月1日", "大正15年12月26日", "昭和元年12月24日", "大正元年7月29日", "明治45年7月31日", "M0.1.1", "R0.5.1", "令和0年5月1日",
        "R000501", "20230229", "2025-02-31", "2025/02/31", "2026-02-30", "R7.13.1", "R7.0.1", "20251301", "6010101", "0070531",
        "X070531", "R70531", "R7.5", "2025531", "25/05/31", "2025.5.31", "2025年5月31日", "2025/05-31", "2025/5/31 0:00", "令和7年5月",
        "令7.5.31", "45808", "日付", "５月３１日", "+20250531", "20250531.0",
    ],
)  # fmt: skip
def test_refuses_days_that_never_were_and_forms_nobody_named(text):
    with pytest.raises(ValueError):
        wareki.parse(text)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 23), "令和8年11月23日（月）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
        (date(1926, 12, 25), "昭和元年12月25日（土）"),
        (date(1912, 7, 30), "大正元年7月30日（火）"),
        (date(1868, 1, 24), "1868年1月24日（金）"),
    ],
)
def test_writes_days_in_the_era(day, text):
    assert wareki.format(day) == text


def test_what_it_writes_it_reads_day_by_day():
    day = date(1868, 1, 25)
    while day < date(2100, 1, 1):
        assert wareki.parse(wareki.format(day).split("（")[0]) == day
        day += timedelta(days=13)


@pytest.mark.parametrize(
    ("year", "name"), [(2025, "令和7年度"), (2019, "令和元年度"), (2018, "平成30年度"), (1988, "昭和63年度")]
)
def test_a_fiscal_year_has_the_name_the_city_writes(year, name):
    assert wareki.fiscal(year) == name
