import pytest

from portal import money


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("0", 0),
        ("4600", 4600),
        ("004600", 4600),
        ("4,600", 4600),
        ("1,350,000", 1350000),
        ("４，６００", 4600),
        ("４６００", 4600),
        ("0,100", 100),
        ("999999999999999999", 999999999999999999),
    ],
)
def test_reads_amounts_as_ledgers_write_them(text, yen):
    assert money.parse(text) == yen


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-500", "−500", "+500", "12.5", "100.0", "１００．０", "1e3", "x", "12000円x", "12,000円", "¥100", "4,60", "4,6000",
        "46,00", "4600,", ",600", "1,,000", "1000,000", "1，0000", "４、６００", "1 000", "0x10", "٤٦", "9999999999999999999",
    ],
)  # fmt: skip
def test_refuses_what_is_no_whole_amount(text):
    with pytest.raises(ValueError):
        money.parse(text)


def test_writes_yen():
    assert [money.format(yen) for yen in (0, 1234, 1350000, -500)] == ["0円", "1,234円", "1,350,000円", "-500円"]


def test_what_it_writes_it_reads_but_for_the_unit():
    assert money.parse(money.format(1350000).removesuffix("円")) == 1350000
