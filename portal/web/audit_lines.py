"""Entries of the trail, and reasons of a breach, as an auditor reads them."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from portal.access import words
from portal.access.policy import ACTIONS, ROLES
from portal.actions import audits
from portal.i18n import N_
from portal.models.attempts import Attempt
from portal.models.events import Event
from portal.rules import breaches

SHOWN = 3  # of an entry's files; a list notes a hundred at once
SYSTEM = N_("ほかの操作に伴う自動反映")
BEFORE = {"city": N_("自動反映"), "signin": N_("サインイン前")}
TONES = {"insert": "info", "update": "info", "delete": "warn", "refuse": "warn", "export": "warn", "cause": "hold"}


def of(
    events: Sequence[Event], *, of_case: uuid.UUID | None = None, also: Sequence[uuid.UUID | None] = ()
) -> dict[str, Any]:
    """`lines` for audit/_entries.html, and the names behind them. `of_case`: whose page this is, so not named again."""
    shown = {event.seq: [case for case in event.cases if case != of_case][:SHOWN] for event in events}
    names = audits.names({event.actor_id for event in events} | set(also))
    organisations = audits.organisations()
    files = audits.files({case for cases in shown.values() for case in cases})
    lines = [_line(event, [files[case] for case in shown[event.seq] if case in files]) for event in events]
    return {"lines": lines, "names": names, "organisations": organisations}


def _line(event: Event, files: list[Any]) -> dict[str, Any]:
    role = event.actor_role.removeprefix("portal_")
    return {
        "event": event,
        "role": _(ROLES.get(role) or BEFORE.get(role, role)),
        "action": action(event.action),
        "verb": _(words.TRAIL_VERBS[event.verb]),
        "tone": TONES.get(event.verb, "neutral"),
        "noun": _(words.NOUNS.get(event.noun, event.noun)),
        "columns": [_(words.COLUMNS.get(column, column)) for column in event.columns or ()],
        "files": files,
        "others": max(len(event.cases) - SHOWN, 0),
    }


def action(name: str) -> str:
    """The law's own words for an action."""
    return _(ACTIONS[name].label) if name in ACTIONS else _(SYSTEM)


def reasons(attempts: Sequence[Attempt]) -> dict[uuid.UUID, tuple[list[str], bool | None]]:
    """attempt: (why it is 基準外, whether judging again comes to the same)."""
    receipts = audits.receipts(attempts)
    return {attempt.id: _reasons(attempt, receipts.get(attempt.id)) for attempt in attempts}


def _reasons(attempt: Attempt, receipt: Any) -> tuple[list[str], bool | None]:
    question = breaches.asked(receipt and receipt.facts)
    found = breaches.reasons(attempt.channel, attempt.at, attempt.verdict, attempt.reasons, question)
    again = receipt and breaches.replayed(receipt.rule, receipt.verdict, receipt.reasons, question)
    return [_(text, **values) for text, values in found], again
