"""What a load means for claims that stood in the ledger before: written down as movements, and done at once.

In this order, so that nothing is done twice: who is protected now goes first and leaves nothing to act on, then what
comes back, then what is paid, then what is only held. The persons are locked by the load.
"""

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import text

from portal.access.principal import Principal
from portal.actions import movement_sql, reactions
from portal.db import db
from portal.models.intakes import Intake
from portal.rules.movements import EFFECTS, OF_CLAIM, PROTECTED, WHOLE_PERSON

CAME_BACK = "後の台帳に再び載ったため"


class Follow:
    """One load's consequences. `known`: the statements' values; `counts`: {effect: movements}, and those listed."""

    def __init__(self, intake: Intake, known: dict[str, Any], by: Principal) -> None:
        self._intake, self._known, self._by = intake, known, by
        self.counts: dict[str, int] = {}

    def verdicts(self) -> None:
        """New verdicts on rows that changed (load_image says how they stood)."""
        self._protected()
        recalled = self._of_persons("recalled")
        reasons: dict[str, list[uuid.UUID]] = {}
        for row in recalled:
            reasons.setdefault(row.code, []).append(row.person_id)
        for code, persons in reasons.items():
            reactions.recall(persons, reason=reactions.label(code), by=self._by)
        for code in sorted(_codes("recalled", OF_CLAIM)):
            if gone := self._write(movement_sql.OF_CLAIMS, "recalled", codes=[code], effect="recalled"):
                claims = [row.receivable_id for row in gone]
                reactions.withdraw(claims, reason=reactions.label(code), by=self._by)
        self._settled()
        for effect in ("law_team", "desk"):
            held = [*self._of_persons(effect), *self._of_claims(effect)]
            self._hold(held)

    def spoilt(self) -> None:
        """記載不備・取込対象外: stored claims that come back so."""
        found = self._write(movement_sql.SPOILT, "listed")
        self._hold([row for row in found if row.case_id])

    def vanished(self) -> None:
        self._run(movement_sql.CAME_BACK, note=CAME_BACK)
        if self._intake.whole and not self._known["older"]:
            self._write(movement_sql.VANISHED, "vanished", kinds=list(self._intake.kinds))

    def _protected(self) -> None:
        self._of_persons("recalled", {PROTECTED})
        marked = self._run(movement_sql.NEW_MARKS, codes=[PROTECTED]).all()
        if persons := [row.person_id for row in marked]:
            reactions.protect(persons, by=self._by)
        self.counts["protected"] = len(marked)

    def _settled(self) -> None:
        """A case whose claims are all paid is closed; what is only partly paid is not news."""
        paid = self._run(_PAID_CASES).scalars().all()
        if closed := reactions.close_settled(paid, reason=reactions.label("paid"), by=self._by) if paid else []:
            self._write(movement_sql.SETTLED, "closed", cases=closed)

    def _of_persons(self, effect: str, codes: Collection[str] = WHOLE_PERSON - {PROTECTED}) -> Any:
        return self._write(movement_sql.OF_PERSONS, effect, codes=_codes(effect, codes), effect=effect)

    def _of_claims(self, effect: str) -> Any:
        return self._write(movement_sql.OF_CLAIMS, effect, codes=_codes(effect, OF_CLAIM), effect=effect)

    def _hold(self, rows: Any) -> None:
        reactions.hold([(row.person_id, row.id) for row in rows], kind="movement", by=self._by)

    def _write(self, statement: str, counted: str, **more: Any) -> Any:
        rows = self._run(statement, **more).all()
        self.counts[counted] = self.counts.get(counted, 0) + len(rows)
        return rows

    def _run(self, statement: str, **more: Any) -> Any:
        given = {name: value for name, value in (self._known | more).items() if f":{name}" in statement}
        return db.session.execute(text(statement), given)


def _codes(effect: str, among_: Collection[str]) -> list[str]:
    return sorted(code for code in among_ if EFFECTS[code] == effect)


_PAID_CASES = """
select distinct l.case_id
  from city.load_image m join city.receivable r on r.id = m.row_id
  join city.placement_line l on l.receivable_id = r.id and l.ended_at is null
 where m.intake_id = :intake and m.noun = 'receivable' and r.balance = 0"""
