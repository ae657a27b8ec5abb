from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from portal.rules import kinds

CATALOGUE = kinds.by_code(kinds.shipped())


def test_the_shipped_catalogue_is_whole():
    assert len(kinds.shipped()) == 37
    assert len(CATALOGUE) == 35
    assert {kind.class_ for kind in kinds.shipped()} == {"enforceable_public", "nonenforceable_public", "private"}


def test_only_court_route_classes_may_be_stored():
    assert {kind.code for kind in kinds.shipped() if not kind.storable} == {
        *(str(code) for code in range(101, 112)),
        "363",
        "378",
    }
    assert not replace(CATALOGUE["201"][0], class_="something_new").storable


@pytest.mark.parametrize(
    ("code", "cause_on", "version"),
    [
        ("201", None, 1),
        ("201", date(1999, 1, 1), 1),
        ("363", date(2018, 9, 30), 1),
        ("363", date(2018, 10, 1), 2),
        ("363", None, None),
        ("364", None, 1),
        ("378", date(2014, 6, 30), 1),
        ("378", date(2014, 7, 1), 2),
        ("378", None, None),
    ],
)
def test_the_version_follows_the_cause(code, cause_on, version):
    found = kinds.choose(CATALOGUE[code], cause_on)
    assert (found and found.version) == version


def test_a_day_no_version_covers():
    assert kinds.choose(CATALOGUE["363"][1:], date(2018, 9, 30)) is None


def test_kinds_are_frozen():
    with pytest.raises(FrozenInstanceError):
        CATALOGUE["201"][0].class_ = "private"
