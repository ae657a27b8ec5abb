"""The contact rule against a second, plain implementation that walks the clock, and the two promises the rule makes."""

from datetime import datetime, timedelta

import jpholiday
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.clock import JST
from portal.rules.contact import judge
from portal.rules.contact_json import answer, read

STEP = timedelta(minutes=10)  # all times below are multiples of it, so that walking in such steps misses nothing
START = datetime(2026, 11, 16, tzinfo=JST)


def text(moment):
    return moment.isoformat()


def plain(iso):
    return datetime.fromisoformat(iso)


moments = st.integers(0, 14 * 24 * 6 - 1).map(lambda n: START + n * STEP)
spans = (
    st.tuples(st.integers(0, 143), st.integers(0, 143))
    .filter(lambda p: p[0] < p[1])
    .map(lambda p: [f"{n // 6:02}:{n % 6}0" for n in p])
)
pasts = st.builds(
    lambda at, channel, result: {"at": text(at), "channel": channel, "result": result},
    moments,
    st.sampled_from(["call", "call", "call", "incoming", "letter", "sms"]),
    st.sampled_from(["no_answer", "no_answer", "conversation", "family", "13"]),
)
questions = st.builds(
    lambda at, channel, place, history, weekday, weekend, closures, named, holds, stopped, wanted: {
        "at": text(at),
        "channel": channel,
        "place": place,
        "number": "+81565000001",
        "engagement": {"weekday": weekday, "weekend": weekend, "closures": closures},
        "person": {"named_times": named, "holds": holds, "stopped_numbers": stopped, "requested_at": wanted},
        "history": history,
    },
    moments,
    st.sampled_from(["call", "call", "call", "letter", "sms", "incoming"]),
    st.sampled_from(["home", "home", "home", "mobile", "workplace"]),
    st.lists(pasts, max_size=12),
    st.one_of(st.just(["09:00", "20:00"]), spans),
    st.one_of(st.just(["09:00", "17:00"]), st.none(), spans),
    st.lists(st.integers(16, 29).map(lambda day: f"2026-11-{day}"), max_size=2),
    st.one_of(st.just([]), st.just([]), st.lists(spans, max_size=2)),
    st.sampled_from([[], [], [], ["referral"]]),
    st.sampled_from([[], [], [], ["0565-00-0001"], ["0565-00-0002"]]),
    st.one_of(st.none(), st.none(), moments.map(text)),
)


def naive(question, now):
    """Reasons at `now`, from the question's JSON alone."""
    if question["channel"] == "incoming":
        return set()
    person, against = question["person"], set()
    if person["holds"]:
        against.add("hold_referral")
    if question["place"] == "workplace":
        against.add("place")
    past = [(plain(p["at"]), p) for p in question["history"] if plain(p["at"]) <= now]
    if question["channel"] == "letter":
        if len([1 for at, p in past if p["channel"] == "letter" and now - at < timedelta(days=30)]) >= 2:
            against.add("letter_budget")
        return against
    hhmm = f"{now:%H:%M}"
    if hhmm < "08:00" or hhmm >= "21:00":
        against.add("outer_hours")
    free = now.weekday() in (5, 6) or jpholiday.is_holiday(now.date())
    span = question["engagement"]["weekend" if free else "weekday"]
    if f"{now:%Y-%m-%d}" in question["engagement"]["closures"] or span is None or not span[0] <= hhmm < span[1]:
        against.add("window")
    if "0565-00-0001" in person["stopped_numbers"]:
        against.add("number")
    ours = [(at, p) for at, p in past if p["channel"] in ("call", "sms")]
    wanted = person["requested_at"] and plain(person["requested_at"])
    asked = bool(wanted) and wanted <= now and all(at < wanted for at, p in ours)
    named = person["named_times"]
    asked_today = asked and wanted.date() == now.date()
    if named and not asked_today and all(not start <= hhmm < end for start, end in named):
        against.add("named_time")
    if asked:
        return against
    today = [p for at, p in ours if at.date() == now.date()]
    if len(today) >= 3:
        against.add("day_budget")
    if len([1 for at, p in ours if now - at < timedelta(days=7)]) >= 7:
        against.add("week_budget")
    if any(p["result"] == "conversation" for p in today):
        against.add("conversation_today")
    if any(p["result"] == "conversation" and now - at < timedelta(days=7) for at, p in ours):
        against.add("rest_days")
    if any(now - at < timedelta(hours=2) for at, p in ours):
        against.add("spacing")
    return against


def walked(question):
    """The first free moment, found by looking at the clock every ten minutes for forty days."""
    now = plain(question["at"])
    if naive(question, now) & {"hold_referral", "place", "number"}:
        return None
    for _ in range(40 * 24 * 6):
        if not naive(question, now):
            return now
        now += STEP
    return None


@settings(max_examples=600, deadline=None)
@given(questions)
def test_a_naive_second_implementation_agrees(question):
    found = answer(question)
    against = naive(question, plain(question["at"]))
    hard = against & {"outer_hours", "named_time", "place", "number", "hold_referral"}
    assert set(found["reasons"]) == against
    assert found["verdict"] == ("no" if hard else "soft" if against else "yes")


@settings(max_examples=120, deadline=None)
@given(questions)
def test_the_earliest_moment_is_the_one_a_walk_along_the_clock_finds(question):
    earliest, found = walked(question), answer(question)["earliest"]
    assert found == (earliest and text(earliest))


@settings(max_examples=600, deadline=None)
@given(questions)
def test_the_earliest_moment_is_allowed_and_the_minute_before_is_not(question):
    found = answer(question)
    if found["earliest"] is None:
        return
    assert answer(question | {"at": found["earliest"]})["verdict"] == "yes"
    if found["verdict"] != "yes":
        before = plain(found["earliest"]) - timedelta(minutes=1)
        assert answer(question | {"at": text(before)})["verdict"] != "yes"


@settings(max_examples=600, deadline=None)
@given(questions, st.integers(0, 11 * 60 - 1), st.sampled_from(["call", "sms"]))
def test_no_history_gets_a_call_allowed_in_the_outer_hours(question, minutes, channel):
    night = datetime(2026, 11, 20, 21, tzinfo=JST) + timedelta(minutes=minutes)
    verdict = judge(read(question | {"at": text(night), "channel": channel}))
    assert verdict.verdict == "no"
    assert not verdict.opens
    assert "outer_hours" in verdict.reasons
