"""The contact rule as JSON: what `flask rule contact` reads, and what a stored receipt is judged from again."""

import re
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from portal.clock import in_japan
from portal.rules import reading
from portal.rules.contact import RULE, Verdict, judge
from portal.rules.contact_facts import CHANNELS, PLACES, Hours, Limits, Named, Past, Person, Question, Span
from portal.rules.outcomes import OUTCOMES, RESULTS
from portal.rules.phones import e164

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TALKED = {"conversation", *OUTCOMES, *(name for r in RESULTS.values() if r.talked for name in (r.code, r.word))}
RESULT_WORDS = (*TALKED, *(name for r in RESULTS.values() if not r.talked for name in (r.code, r.word)))
LIMITS = tuple(limit.name for limit in fields(Limits))


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """{"verdict", "reasons", "counts", "earliest", "rule"}; ValueError names what cannot be read."""
    return printed(judge(read(question)))


def printed(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.verdict,
        "reasons": list(verdict.reasons),
        "counts": verdict.counts,
        "earliest": verdict.earliest and verdict.earliest.isoformat(),
        "rule": RULE,
    }


def read(given: dict[str, Any]) -> Question:
    """The question in JSON; `at` and `channel` must be there, the rest has the defaults of Question."""
    optional = ("place", "number", "engagement", "person", "history", "limits")
    reading.fields(given, ("at", "channel"), optional)
    history = reading.many(given.get("history", []), "history")
    number = given.get("number")
    return Question(
        at=reading.instant(given["at"], "at"),
        channel=reading.one_of(given["channel"], CHANNELS, "channel"),
        place=reading.one_of(given.get("place", "home"), PLACES, "place"),
        number=None if number is None else _number(number),
        hours=_hours(given.get("engagement", {})),
        person=_person(given.get("person", {})),
        history=tuple(_past(past) for past in history),
        limits=_limits(given.get("limits", {})),
    )


def written(question: Question) -> dict[str, Any]:
    """The same question as JSON: `read(written(q))` equals q, so that a receipt can be judged again years later."""
    person = question.person
    return {
        "at": _instant(question.at),
        "channel": question.channel,
        "place": question.place,
        "number": question.number,
        "engagement": {
            "weekday": _span(question.hours.weekday),
            "weekend": _span(question.hours.weekend),
            "closures": sorted(day.isoformat() for day in question.hours.closures),
        },
        "person": {
            "named_times": [_named_written(named) for named in person.named_times],
            "holds": list(person.holds),
            "stopped_numbers": sorted(person.stopped_numbers),
            "requested_at": person.requested_at and _instant(person.requested_at),
        },
        "history": [_past_written(past) for past in question.history],
        "limits": asdict(question.limits),
    }


def _hours(given: Any) -> Hours:
    reading.fields(given, (), ("weekday", "weekend", "closures"), "engagement")
    spans = {name: _maybe_span(given[name], name) for name in ("weekday", "weekend") if name in given}
    closures = reading.many(given.get("closures", []), "closures")
    return Hours(**spans, closures=frozenset(reading.day(day, "closures") for day in closures))


def _person(given: Any) -> Person:
    reading.fields(given, (), ("named_times", "holds", "stopped_numbers", "requested_at"), "person")
    wanted = given.get("requested_at")
    return Person(
        named_times=tuple(_named(named) for named in reading.many(given.get("named_times", []), "named_times")),
        holds=tuple(_hold(kind) for kind in reading.many(given.get("holds", []), "holds")),
        stopped_numbers=frozenset(
            _number(n) for n in reading.many(given.get("stopped_numbers", []), "stopped_numbers")
        ),
        requested_at=None if wanted is None else reading.instant(wanted, "requested_at"),
    )


def _past(given: Any) -> Past:
    reading.fields(given, ("at", "channel"), ("result",), "history")
    result = given.get("result")
    return Past(
        at=reading.instant(given["at"], "history at"),
        channel=reading.one_of(given["channel"], CHANNELS, "history channel"),
        talked=result is not None and reading.one_of(result, RESULT_WORDS, "result") in TALKED,
    )


def _limits(given: Any) -> Limits:
    reading.fields(given, (), LIMITS, "limits")
    return Limits(**{name: reading.count(value, name) for name, value in given.items()})


def _named(given: Any) -> Named:
    """["18:00","20:00"], or {"span":[…],"days":["mon",…]}."""
    if isinstance(given, list):
        return Named(reading.span(given, "named_times"))
    reading.fields(given, ("span",), ("days",), "named_times")
    days = [reading.one_of(day, WEEK, "days") for day in reading.many(given.get("days", []), "days")]
    return Named(reading.span(given["span"], "named_times"), frozenset(WEEK.index(day) for day in days))


def _hold(kind: Any) -> str:
    word = reading.text(kind, "holds")
    if not re.fullmatch("[a-z_]{1,40}", word):
        raise ValueError(f"holdsは英小文字で書きます: {kind}")
    return word


def _number(number: Any) -> str:
    return e164(reading.text(number, "number"))


def _maybe_span(given: Any, name: str) -> Span | None:
    return None if given is None else reading.span(given, name)


def _instant(at: datetime) -> str:
    return in_japan(at).isoformat()


def _span(span: Span | None) -> list[str] | None:
    return span and [f"{end:%H:%M}" for end in span]


def _named_written(named: Named) -> dict[str, Any]:
    return {"span": _span(named.span), "days": [WEEK[day] for day in sorted(named.days)]}


def _past_written(past: Past) -> dict[str, Any]:
    result = {"result": "conversation"} if past.talked else {}
    return {"at": _instant(past.at), "channel": past.channel} | result
