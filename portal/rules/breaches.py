"""Why a contact is 基準外: what the rule saw then, and what the database found by itself."""

import json
from datetime import datetime

from portal.clock import in_japan
from portal.i18n import N_
from portal.rules.contact import OUTER_FROM, OUTER_UNTIL, RULE, judge
from portal.rules.contact_facts import Question
from portal.rules.contact_json import read
from portal.rules.contact_words import REASONS, said

Said = tuple[str, dict[str, str]]
# Where no receipt tells the numbers.
IN_SHORT = REASONS | {
    "window": N_("契約の架電時間の外です"),
    "named_time": N_("ご本人が指定した時間の外です"),
    "day_budget": N_("本日の架電が上限の回数に達しています"),
    "week_budget": N_("7日間の架電が上限の回数に達しています"),
    "rest_days": N_("お話ししてからの間があいていません"),
    "spacing": N_("前回の架電からの間があいていません"),
    "letter_budget": N_("発送が上限の通数に達しています"),
}


def asked(facts: str | None) -> Question | None:
    """The question a receipt keeps; None where there is none that can be read."""
    try:
        return read(json.loads(facts)) if facts else None
    except ValueError:
        return None


def reasons(channel: str, at: datetime, verdict: str, codes: list[str], question: Question | None) -> list[Said]:
    """(text, values) of each reason, each once; `verdict` and `codes` as they stand on the attempt.

    The database marks a call outside 8:00-21:00 and a contact during a hold, whatever the rule had said before.
    """
    found = [said(question, code) if question else (_short(code), {}) for code in codes]
    late = channel == "call" and not OUTER_UNTIL <= in_japan(at).time() < OUTER_FROM
    if late and "outer_hours" not in codes:
        found.append((REASONS["outer_hours"], {}))
    if not late and verdict != "no":
        found.append((REASONS["hold"], {}))
    return list({text: (text, values) for text, values in found}.values())


def _short(code: str) -> str:
    return IN_SHORT["hold" if code.startswith("hold_") else code]


def replayed(rule: str, verdict: str, codes: list[str], question: Question | None) -> bool | None:
    """Judged again from what was counted then: does the same come out? None: by another rule, or unreadable."""
    if rule != RULE or question is None:
        return None
    again = judge(question)
    return (again.verdict, list(again.reasons)) == (verdict, codes)
