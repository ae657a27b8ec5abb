"""Why a contact is 基準外, with and without its receipt."""

import json
from datetime import datetime

import pytest

from portal.clock import JST
from portal.rules import breaches
from portal.rules.contact import RULE, judge
from portal.rules.contact_facts import Question
from portal.rules.contact_json import written
from portal.rules.contact_words import REASONS

NOON, NIGHT = datetime(2026, 11, 25, 12, tzinfo=JST), datetime(2026, 11, 25, 21, tzinfo=JST)


def why(channel, at, verdict, codes, question=None):
    return [text % values for text, values in breaches.reasons(channel, at, verdict, codes, question)]


def test_a_receipt_fills_in_the_numbers():
    question = Question(at=NIGHT)
    codes = list(judge(question).reasons)
    assert why("call", NIGHT, "no", codes, question) == [
        "21:00〜8:00は電話できません",
        "契約の架電時間（9:00〜20:00）の外です",
    ]


def test_without_a_receipt_every_code_has_a_sentence():
    for code in (*REASONS, "hold_referral"):
        assert "%" not in "".join(why("call", NOON, "no", [code]))


@pytest.mark.parametrize(("channel", "at", "verdict", "codes", "said"), [
    ("call", NIGHT, "yes", [], [REASONS["outer_hours"]]),
    ("letter", NIGHT, "yes", [], [REASONS["hold"]]),  # whatever the rule said: only a hold makes a letter a breach
    ("call", NOON, "soft", ["spacing"], [breaches.IN_SHORT["spacing"], REASONS["hold"]]),
    ("call", NOON, "no", ["hold_referral", "hold_desk"], [REASONS["hold"]]),
])  # fmt: skip
def test_what_the_database_found_by_itself_is_said_too(channel, at, verdict, codes, said):
    assert why(channel, at, verdict, codes) == said


def test_judging_again_tells_a_changed_receipt():
    question = Question(at=NIGHT)
    verdict, known = judge(question), breaches.asked(json.dumps(written(question)))
    assert breaches.replayed(RULE, verdict.verdict, list(verdict.reasons), known) is True
    assert breaches.replayed(RULE, "yes", [], known) is False
    assert breaches.replayed("contact-0", "yes", [], known) is None
    assert breaches.asked("{}") is breaches.asked(None) is None
