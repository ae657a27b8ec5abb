"""`flask rule NAME`: JSON lines in, JSON lines out, one for one."""

import json

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.cli.rule import RULES, command


def run(name, text):
    app = Flask("bare")  # no database, no settings: the rules need neither
    app.cli.add_command(command)
    return app.test_cli_runner().invoke(args=["rule", name], input=text)


NEGOTIATE = '{"partner_kind":"call_centre","act":"negotiate"}'


def test_one_line_in_one_line_out():
    found = run("acts", NEGOTIATE + "\n")
    assert found.stdout == '{"allowed":false,"instead":"return_to_city","basis":"弁護士法72条"}\n'
    assert found.exit_code == 0


def test_nothing_in_nothing_out():
    found = run("acts", "")
    assert (found.stdout, found.exit_code) == ("", 0)


def test_the_last_line_may_lack_its_end_and_the_first_may_have_a_mark():
    assert run("acts", "\ufeff" + NEGOTIATE).exit_code == 0


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"no json",
        b"[]",
        b"null",
        b'"acts"',
        b"{",
        b'{"partner_kind":"call_centre"}',
        b'{"partner_kind":"call_centre","act":"negotiate","acts":1}',
        b'{"partner_kind":"call_centre","act":"negotiate","act":"inform"}',
        b'{"partner_kind":"call_centre","act":NaN}',
        b'{"partner_kind":"call_centre","act":"\x83e\x83X\x83g"}',
        b'{"partner_kind":"\\ud800","act":"inform"}',
        b"1" * 5000,
        b"[" * 100_000,
        b'{"partner_kind":{"a":[1]},"act":[]}',
    ],
    ids=lambda bad: repr(bad[:40]),
)
def test_a_bad_line_is_an_error_of_its_own(bad):
    good = NEGOTIATE.encode()
    found = run("acts", b"\n".join([good, bad, good]) + b"\n")
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [line.keys() == {"error"} for line in lines] == [False, True, False]
    assert lines[1]["error"]
    assert found.exit_code == 1
    assert "Traceback" not in found.output


def test_a_rule_nobody_wrote():
    found = run("act", NEGOTIATE)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert found.stderr.count("\n") == 1
    assert "acts" in found.stderr


def test_ten_thousand_lines():
    found = run("acts", (NEGOTIATE + "\n") * 10_000)
    assert found.stdout.count("\n") == 10_000


KEYS = [
    "at",
    "channel",
    "place",
    "engagement",
    "person",
    "history",
    "number",
    "limits",
    "weekday",
    "weekend",
    "closures",
    "named_times",
    "holds",
    "requested_at",
    "partner_kind",
    "act",
    "servicer_may",
    "result",
    "outcome",
    "urgency",
    "signals",
    "now",
    "placed_at",
    "has_phone",
    "balance",
    "tries",
    "last_day",
    "span",
    "days",
]
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(
        ["2026-11-25T14:10:00+09:00", "call", "home", "call_centre", "inform", "01", "31", "09:00", "high"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(RULES)), st.dictionaries(st.sampled_from(KEYS), anything, max_size=8))
def test_whatever_comes_the_answer_is_one_line_of_json(name, question):
    found = run(name, json.dumps(question) + "\n")
    assert found.exit_code in (0, 1)
    assert isinstance(json.loads(found.stdout), dict)
    assert found.stdout.count("\n") == 1
