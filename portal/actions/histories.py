"""What took place in a case, the newest first, with the words for each entry."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.clock import day_of
from portal.db import db
from portal.i18n import N_
from portal.models.attempts import Attempt
from portal.models.organisations import Account
from portal.models.referrals import Referral
from portal.models.returns import Return
from portal.rules import letters
from portal.rules.call_record import IDENTITY
from portal.rules.contact_facts import CHANNELS
from portal.rules.contact_words import REASONS
from portal.rules.lifecycles import STATES
from portal.rules.outcomes import ASKS, DATES, OUTCOMES, RESULTS
from portal.rules.returns import RETURN_REASONS

LONGEST = 200
KINDS: dict[str, Any] = {"attempt": Attempt, "return": Return, "referral": Referral}
TITLES = {"return": N_("市へ返却"), "referral": N_("福祉へのつなぎ")}
LABELS = {
    "results": {code: result.label for code, result in RESULTS.items()},
    "outcomes": {code: outcome.label for code, outcome in OUTCOMES.items()},
    "asks": {code: ASKS[outcome.asks] for code, outcome in OUTCOMES.items() if outcome.asks},
    "dates": {code: DATES[outcome.date] for code, outcome in OUTCOMES.items() if outcome.date},
    "identity": IDENTITY,
    "returned": letters.RETURNED,
    "return_reasons": RETURN_REASONS,
    "return_states": STATES["return"],
}


@dataclass(frozen=True)
class Entry:
    """`kind`: attempt, return or referral; `by`: who wrote it. Labels are to be translated."""

    kind: str
    record: Attempt | Return | Referral
    by: str

    @property
    def at(self) -> datetime:
        return self.record.at

    @property
    def when(self) -> datetime | date:
        """Nobody writes down the hour a letter left: of a letter, the day."""
        letter = isinstance(self.record, Attempt) and self.record.channel == "letter"
        return day_of(self.at) if letter else self.at

    @property
    def title(self) -> str:
        if not isinstance(self.record, Attempt):
            return TITLES[self.kind]
        if self.record.channel == "letter":
            return letters.KINDS.get(self.record.letter_kind or "", CHANNELS["letter"])
        return CHANNELS[self.record.channel]

    @property
    def badges(self) -> list[tuple[str, str]]:
        """(label, tone) of what matters at a glance."""
        if not isinstance(self.record, Attempt):
            return []
        a = self.record
        found = [(N_("基準外"), "danger")] if a.breach else []
        found += [(N_("通話中・未記録"), "info")] if a.state == "open" else []
        found += [(LABELS["results"][a.result], "ok" if RESULTS[a.result].talked else "neutral")] if a.result else []
        found += [(LABELS["outcomes"][a.outcome], "info")] if a.outcome else []
        return found + ([(N_("返戻"), "warn")] if a.returned_on else [])

    @property
    def against(self) -> list[str]:
        """What spoke against the contact; the person's own holds and numbers named without details."""
        codes = self.record.reasons if isinstance(self.record, Attempt) else []
        return list(dict.fromkeys(SHORT["hold" if code.startswith("hold_") else code] for code in codes))


SHORT = {
    **REASONS,
    "window": N_("契約の架電時間の外"),
    "named_time": N_("ご本人が指定した時間の外"),
    "day_budget": N_("1日の架電の上限"),
    "week_budget": N_("7日間の架電の上限"),
    "rest_days": N_("お話しした後の間隔"),
    "spacing": N_("前回の架電との間隔"),
    "letter_budget": N_("発送の上限"),
}


def history(case_id: uuid.UUID) -> list[Entry]:
    """The newest first, at most 200 of each kind."""
    found: list[Entry] = []
    for kind, model in KINDS.items():
        rows = db.session.execute(
            select(model, Account.name)
            .outerjoin(Account, Account.id == model.by_id)
            .where(model.case_id == case_id)
            .order_by(model.at.desc(), model.id.desc())
            .limit(LONGEST)
            .execution_options(populate_existing=True)
        )
        found += [Entry(kind, record, name or "") for record, name in rows]
    return sorted(found, key=lambda entry: (entry.at, entry.record.id), reverse=True)


def attempts(entries: Sequence[Entry]) -> list[Attempt]:
    """Calls and letters, the oldest first."""
    return [entry.record for entry in reversed(entries) if isinstance(entry.record, Attempt)]
