"""The weeks of the demo: scenes in the order of time, each one real actions by a real account."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.exc import NoResultFound

from demo.placing import PARTNER_OF, Case
from demo.stage import Stage
from portal.access import scope
from portal.actions import referrals, returns
from portal.actions.calls import Refused
from portal.db import db
from portal.models.casefiles import Casefile
from portal.models.referrals import Referral
from portal.rules.lifecycles import NotNow


@dataclass(frozen=True)
class Scene:
    """At this moment `by` (a login) does `what` (a verb of demo/verbs.py) about `whom`: a lead, or a case.

    `drawn`: by lot; when the rules do not allow it at that moment it simply does not take place.
    """

    at: datetime
    what: str
    by: str
    whom: str | Case
    facts: dict[str, Any] = field(default_factory=dict)
    drawn: bool = False


class NotThere(Exception):
    """What this scene answers never happened."""


OUT_OF_PLACE = (Refused, NotNow, NotThere, NoResultFound, returns.AlreadySent, referrals.AlreadySent)


class Story:
    """`cases`: everything placed; `counts`: scenes that took place, by verb."""

    def __init__(self, stage: Stage, cases: Sequence[Case]) -> None:
        self.stage, self.cases = stage, cases
        self.counts: dict[str, int] = {}
        self._of_lead = {(c.who.lead, c.partner): c for c in cases if c.who.lead}
        self._last: dict[tuple[str, uuid.UUID], uuid.UUID] = {}

    def live(self, scenes: Iterable[Scene], verbs: Mapping[str, Callable[["Story", Scene, Case], None]]) -> None:
        for scene in sorted(scenes, key=lambda scene: scene.at):
            try:
                verbs[scene.what](self, scene, self._case(scene))
            except OUT_OF_PLACE:
                if not scene.drawn:
                    raise
            else:
                self.counts[scene.what] = self.counts.get(scene.what, 0) + 1

    def _case(self, scene: Scene) -> Case:
        if isinstance(scene.whom, Case):
            return scene.whom
        partner = "law" if scene.by.startswith("bengo") else PARTNER_OF[scene.whom]
        return self._of_lead[scene.whom, partner]

    def run(self, scene: Scene, action: str, verb: Any, /, *args: Any, **facts: Any) -> Any:
        return self.stage.run(scene.by, action, scene.at, verb, *args, **facts)

    def look(self, scene: Scene, action: str, record: type[Casefile | Referral], id_: uuid.UUID) -> None:
        """Whoever acts has the page open; looking leaves its entry. NoResultFound: it is not theirs any more."""
        with self.stage.acting(scene.by, action, scene.at):
            db.session.get_one(record, id_)
            scope.note(record.__tablename__, [id_])

    def remember(self, noun: str, case: Case, made: Any) -> None:
        self._last[noun, case.id] = made.id

    def last(self, noun: str, case: Case) -> uuid.UUID:
        """The newest letter, return, referral or review of this case. NotThere."""
        if (noun, case.id) not in self._last:
            raise NotThere(noun)
        return self._last[noun, case.id]
