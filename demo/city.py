"""Makes the demo city through the product: founded, staffed, its ledger taken in, its cases placed, its weeks lived."""

from demo import (
    between,
    conflicts,
    crowd,
    intake,
    ledger,
    people,
    placing,
    plans,
    protection,
    script,
    staffing,
    stock,
    town,
)
from demo.accounts import FOUNDER
from demo.moments import NOW, OPENING, moment
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
    story.live([*script.SCENES, *crowd.scenes(story.cases, scale)], VERBS)
    protection.ask(stage, residents)
    between.speak(story)
    plans.waiting(stage)
    conflicts.open_list(stage)
    intake.check(stage, ledger.UPDATE, ledger.updated(owed, residents), moment("11-25 11:30"))
    stage.sign_out(NOW)
    return story
