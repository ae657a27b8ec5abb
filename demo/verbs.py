"""What can happen in the demo: each verb is the product's own action, through the account that may do it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from demo.placing import Case
from demo.story import Scene, Story
from portal.actions import calls, cares, letters, persons, recalls, referrals, returns, reviews, worklist
from portal.db import db
from portal.models.casefiles import Casefile, Contactee
from portal.models.referrals import Referral
from portal.rules.call_record import Said
from portal.rules.hardship import Sheet

SPOKEN = ("name", "birth")


def call(story: Story, scene: Scene, case: Case) -> None:
    """Opened and, some minutes later, written down; what the outcome demands follows by itself."""
    story.look(scene, "case:show", Casefile, case.id)
    opened = story.run(scene, "call:open", calls.open, case.id, slot=scene.facts.get("slot", "1"))
    minutes = timedelta(minutes=scene.facts.get("minutes", 3))
    with story.stage.acting(scene.by, "call:log", scene.at + minutes) as by:
        _returned(story, case, calls.log(opened.id, said=_said(scene), version=_version(case), by=by))


def record(story: Story, scene: Scene, case: Case) -> None:
    """A call that took place all the same, or one that came in. `happened`: when, if it was earlier."""
    story.look(scene, "case:show", Casefile, case.id)
    with story.stage.acting(scene.by, "call:log", scene.at) as by:
        at, channel = scene.facts.get("happened", scene.at), scene.facts["channel"]
        slot = "1" if channel == "call" else None
        said = _said(scene)
        _returned(
            story,
            case,
            calls.record(case.id, at=at, channel=channel, slot=slot, said=said, version=_version(case), by=by),
        )


def _said(scene: Scene) -> Said:
    named = {name: scene.facts[name] for name in Said.__dataclass_fields__ if name in scene.facts}
    known = SPOKEN if named["result"] == "01" and named.get("outcome") != "49" else ()
    return Said(**{"identified": known, **named})


def _version(case: Case) -> int:
    return db.session.execute(select(Casefile.version).where(Casefile.id == case.id)).scalar_one()


def _returned(story: Story, case: Case, logged: calls.Logged) -> None:
    if logged.follow.step == "return_to_city" and (sent := returns.waiting(case.id)):
        story.remember("return", case, sent)


def letter(story: Story, scene: Scene, case: Case) -> None:
    with story.stage.acting(scene.by, "letter:log", scene.at) as by:
        address = letters.address_of(db.session.get_one(Contactee, case.id))
        facts = {"sent_on": scene.at.date(), "note": None} | scene.facts
        story.remember("letter", case, letters.log(case.id, address=address, by=by, **facts))


def letter_back(story: Story, scene: Scene, case: Case) -> None:
    story.run(scene, "letter:returned", letters.returned, story.last("letter", case), on=scene.at.date(), **scene.facts)


def give_back(story: Story, scene: Scene, case: Case) -> None:
    story.remember("return", case, story.run(scene, "return:send", returns.send, case.id, **scene.facts))


def refer(story: Story, scene: Scene, case: Case) -> None:
    """The sheet: facts of hardship.Sheet and of referrals.send together."""
    facts = dict(scene.facts)
    sheet = Sheet(**{name: facts.pop(name) for name in list(facts) if name in Sheet.__dataclass_fields__})
    sent = story.run(scene, "referral:send", referrals.send, case.id, sheet=sheet, noticed_by="call", **facts)
    story.remember("referral", case, sent)


def review(story: Story, scene: Scene, case: Case) -> None:
    story.look(scene, "case:show", Casefile, case.id)
    story.remember("review", case, story.run(scene, "review:decide", reviews.decide, case.id, **scene.facts))


def take(story: Story, scene: Scene, case: Case) -> None:
    """次の方: whoever the worklist says; `case` only tells whose list."""
    if taken := story.run(scene, "case:take", worklist.take):
        story.look(scene, "case:show", Casefile, taken)


def protect(story: Story, scene: Scene, case: Case) -> None:
    story.run(scene, "person:protect", persons.protect, case.person)


def recall(story: Story, scene: Scene, case: Case) -> None:
    story.run(scene, "case:recall", recalls.recall, case.id, **scene.facts)


def _answering(noun: str, action: str, verb: Callable[..., Any]) -> Callable[[Story, Scene, Case], None]:
    """An answer to the newest `noun` of the case; welfare has its sheet open."""

    def answer(story: Story, scene: Scene, case: Case) -> None:
        found = story.last(noun, case)
        if noun == "referral" and action.startswith("referral:"):
            story.look(scene, "referral:show", Referral, found)
        story.run(scene, action, verb, found, **scene.facts)

    return answer


VERBS: dict[str, Callable[[Story, Scene, Case], None]] = {
    "call": call,
    "record": record,
    "letter": letter,
    "letter_back": letter_back,
    "give_back": give_back,
    "take_back": _answering("return", "return:answer", returns.accept),
    "ask_back": _answering("return", "return:answer", returns.ask_back),
    "refer": refer,
    "receive": _answering("referral", "referral:receive", cares.receive),
    "accept": _answering("referral", "referral:decide", cares.accept),
    "decline": _answering("referral", "referral:decide", cares.decline),
    "note": _answering("referral", "referral:note", cares.note),
    "close": _answering("referral", "referral:close", cares.close),
    "resume": _answering("referral", "hold:lift", referrals.resume),
    "withdraw": _answering("referral", "case:recall", referrals.withdraw),
    "review": review,
    "agree": _answering("review", "review:answer", reviews.accept),
    "send_back": _answering("review", "review:answer", reviews.send_back),
    "take": take,
    "protect": protect,
    "recall": recall,
}
