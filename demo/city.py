"""Makes the demo city through the product: founded, staffed, its ledger taken in, its cases placed, its weeks lived."""

from collections.abc import Sequence

from demo import (
    between,
    conflicts,
    crowd,
    hospital,
    intake,
    kin,
    ledger,
    november,
    people,
    placing,
    plans,
    protection,
    script,
    staffing,
    stock,
    town,
    waterworks,
)
from demo.accounts import FOUNDER
from demo.moments import NOW, OPENING, moment
from demo.people import Resident
from demo.stage import Stage
from demo.story import Story
from demo.verbs import VERBS
from portal.cli import city


def found() -> str:
    """Opens the city; answers the founder's invitation. psycopg's UniqueViolation when there is a city already."""
    return city.make(town.CITY, FOUNDER.login, test_clock=True, now=OPENING)


def fill(scale: float, invitation: str) -> Story:
    """Everything after the founding, in many transactions."""
    residents = people.everybody(scale)
    owed = stock.of(residents)
    stage = Stage()
    staffing.appoint(stage, invitation)
    intake.load(stage, ledger.FULL, ledger.written(owed, residents), moment("11-02 09:40"))
    story = Story(stage, placing.place(stage, residents, scale))
    scenes = [*script.SCENES, *crowd.scenes(story.cases, scale)]
    story.live([scene for scene in scenes if scene.at < november.AT], VERBS)
    plans.waiting(stage)
    stands = november.stands(owed, {case.who.number for case in story.cases}, scale)
    november.load(stage, stands, residents)
    story.live([scene for scene in scenes if scene.at >= november.AT], VERBS)
    protection.ask(stage, residents)
    between.speak(story)
    conflicts.open_list(stage)
    _beside_the_register(story, residents)
    intake.check(stage, ledger.UPDATE, ledger.updated(stands, residents), moment("11-25 11:30"))
    stage.sign_out(NOW)
    return story


def _beside_the_register(story: Story, residents: Sequence[Resident]) -> None:
    """Other registers, and who stands beside a debtor."""
    waterworks.load(story.stage, [case.who for case in story.cases if not case.who.lead][:2])
    kin.load(story.stage, residents)
    kin.mark(story.stage)
    waterworks.judge(story.stage)
    hospital.check(story.stage)
