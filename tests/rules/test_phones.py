"""Telephone numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.phones import e164, shown


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0565-00-0001", "+81565000001"),
        ("０５６５－００－０００１", "+81565000001"),
        ("0565(00)0001", "+81565000001"),
        ("+81 565 00 0001", "+81565000001"),
        ("+81(0)565-00-0001", "+81565000001"),
        ("090-0000-0000", "+819000000000"),
        ("０９０ー００００ー００００", "+819000000000"),
        (" 09000000000 ", "+819000000000"),
        ("+81565000001", "+81565000001"),
        ("0120‐000‐000", "+81120000000"),
    ],
)
def test_every_way_of_writing_is_one_number(written, number):
    assert e164(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "なし",
        "565-00-0001",
        "0565-00-001",
        "090-0000-000",
        "0565-00-00012",
        "+1 202 555 0100",
        "00-0000-0000",
        "1234567890",
        "0565-00-OOO1",
    ],
)
def test_what_is_no_japanese_number_is_refused(written):
    with pytest.raises(ValueError, match="電話番号"):
        e164(written)


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("+81565000001", "0565-00-0001"),
        ("+81520000001", "052-000-0001"),
        ("+81300000000", "03-0000-0000"),
        ("+819000000000", "090-0000-0000"),
        ("+815000000000", "050-0000-0000"),
        ("+818001234567", "0800-123-4567"),
        ("+81120000000", "0120-000-000"),
        ("+81422000000", "0422-00-0000"),
        ("+81423000000", "042-300-0000"),
    ],
)
def test_a_number_is_shown_as_it_is_read(number, read):
    assert shown(number) == read


@given(st.from_regex(r"\A(0(?![5-9]0)[1-9][0-9]{8}|0[5-9]0[0-9]{8})\Z"))
def test_showing_a_number_loses_nothing(digits):
    assert e164(shown(e164(digits))) == e164(digits)
