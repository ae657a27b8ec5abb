"""`flask rule NAME`: one question a line in, one answer a line out, as JSON. Needs no database."""

import json
import sys
from collections.abc import Callable
from typing import Any

import click

from portal.access.doors import door
from portal.rules import acts, contact_json, outcomes, urgency, worklist

Answer = dict[str, Any]
RULES: dict[str, Callable[[Answer], Answer]] = {
    "acts": acts.answer,
    "contact": contact_json.answer,
    "outcomes": outcomes.answer,
    "urgency": urgency.answer,
    "worklist": worklist.answer,
}


@click.command("rule")
@click.argument("name")
@click.pass_context
@door("rule:apply")
def command(context: click.Context, name: str) -> None:
    """Answer JSON lines by the rule NAME."""
    if name not in RULES:
        click.echo(f"その名の規則はありません: {name}（{' '.join(RULES)}）", err=True)
        context.exit(2)
    failed = False
    for line in sys.stdin.buffer:
        found = _answered(RULES[name], line)
        failed = failed or found.keys() == {"error"}
        _print(found)
    context.exit(1 if failed else 0)


def _answered(rule: Callable[[Answer], Answer], line: bytes) -> Answer:
    """The rule's answer, or {"error"} saying what cannot be read: a line never ends the others."""
    try:
        return rule(_question(line))
    except ValueError as wrong:
        return {"error": str(wrong)}
    except (OverflowError, RecursionError):
        return {"error": "値が大きすぎるか、入れ子が深すぎます"}


def _question(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise ValueError("UTF-8として読めません") from None
    except json.JSONDecodeError as wrong:
        raise ValueError(f"JSONとして読めません（{wrong.colno}文字目）") from None


def _once(pairs: list[tuple[str, object]]) -> Answer:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("同じ項目が2度あります")
    return found


def _no_constant(word: str) -> None:
    raise ValueError(f"JSONの数ではありません: {word}")


def _print(found: Answer) -> None:
    """One line, at once, so that a program may ask and wait. Half a surrogate pair stays the escape it came as."""
    line = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()
