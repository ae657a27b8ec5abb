"""What may happen to a record, and when."""

import pytest

from portal.rules.lifecycles import GUARDS, STATES, TABLES, NotNow, guard, next_state, possible

CELLS = [
    (noun, state, action)
    for noun, table in TABLES.items()
    for state in STATES[noun]
    for action in sorted({action for _, action in table})
]


@pytest.mark.parametrize(("noun", "state", "action"), CELLS)
def test_every_state_with_every_action(noun, state, action):
    if (state, action) in TABLES[noun]:
        assert next_state(noun, state, action) in STATES[noun]
        assert guard(noun, state, action) in {None, *GUARDS}
    else:
        with pytest.raises(NotNow) as caught:
            next_state(noun, state, action)
        assert caught.value.label == STATES[noun][state]


@pytest.mark.parametrize("noun", TABLES)
def test_every_state_is_reached_and_named(noun):
    starts = {
        "intake": "uploaded",
        "casefile": "open",
        "return": "sent",
        "referral": "sent",
        "review": "open",
        "approval": "asked",
        "plan": "drafted",
        "conflict": "open",
        "recall_notice": "announced",
        "match": "proposed",
        "movement": "waiting",
    }
    reached = {starts[noun]}
    for _ in STATES[noun]:
        reached |= {after for (state, _), (after, _) in TABLES[noun].items() if state in reached}
    assert reached == STATES[noun].keys()


@pytest.mark.parametrize(
    ("noun", "end"),
    [
        ("intake", "undone"),
        ("intake", "cancelled"),
        ("intake", "unreadable"),
        ("casefile", "recalled"),
        ("return", "accepted"),
        ("return", "asked_back"),
        ("referral", "closed"),
        ("review", "accepted"),
        ("recall_notice", "withdrawn"),
        ("recall_notice", "final"),
        ("approval", "approved"),
        ("approval", "refused"),
    ],
)
def test_what_is_over_is_over(noun, end):
    assert possible(noun, end) == ()


def test_the_way_of_a_case():
    assert next_state("casefile", "open", "return") == "returned"
    assert next_state("casefile", "returned", "ask_back") == "open"
    assert guard("casefile", "open", "close") == "nothing_owed"
    assert possible("casefile", "open") == ("return", "close", "recall")


def test_a_second_person_is_another_person():
    assert guard("approval", "asked", "approve") == "another_person"


def test_words_nobody_knows():
    with pytest.raises(KeyError):
        next_state("casefiles", "open", "return")
    with pytest.raises(KeyError):
        next_state("casefile", "opened", "return")
