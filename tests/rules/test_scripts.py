"""What is said: who somebody is stands before what anything is about."""

import pytest

from portal.rules.acts import allowed
from portal.rules.scripts import NEGOTIATE, SCRIPTS, script_of, voicemail_of

DEBT = ("%(city)s", "%(kinds)s", "%(total)s", "納", "債", "円", "市")
KINDS = sorted(SCRIPTS)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_before_the_identity_names_a_debt(kind):
    lines = script_of(kind)
    (at,) = [n for n, line in enumerate(lines) if line.identity]
    for line in [*lines[: at + 1], voicemail_of(kind)]:
        assert not any(word in line.words for word in DEBT), line.words
    assert any("%(total)s" in line.words for line in lines[at + 1 :])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("servicer_may", [True, False])
def test_only_who_may_negotiate_is_told_how(kind, servicer_may):
    assert (NEGOTIATE in script_of(kind, servicer_may)) == allowed(kind, "negotiate", servicer_may).allowed


@pytest.mark.parametrize("kind", KINDS)
def test_the_city_has_no_script_and_every_placeholder_is_filled(kind):
    known = dict.fromkeys(("caller", "surname", "person", "city", "kinds", "total", "opens", "closes"), "x")
    assert all("%" not in line.words % known for line in [*script_of(kind), voicemail_of(kind)])
    assert "city" not in SCRIPTS
