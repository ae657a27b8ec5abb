"""Every reason says whose turn it is and what is next, and every section has work or says that there is none."""

from portal.rules.exclusions import SECTIONS, WORK, of_section
from portal.rules.placeability import LABELS


def test_every_reason_has_its_work():
    assert WORK.keys() == LABELS.keys()
    assert {work.section for work in WORK.values()} == SECTIONS.keys()
    assert all(work.next.endswith("。") for work in WORK.values())


def test_sections_share_the_reasons_out():
    assert sorted(code for section in SECTIONS for code in of_section(section)) == sorted(LABELS)
