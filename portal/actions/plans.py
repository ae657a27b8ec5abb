"""委託予定: drafted from a choice by rules, told by letter, waited for, and placed: one decision, many contracts."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import UUID, BigInteger, Integer, Text, insert, literal, select, update

from portal import clock
from portal.access import scope
from portal.access.principal import Principal
from portal.actions import locks, placements, plans_people, settings
from portal.actions.arrays import among, table
from portal.actions.candidates import Choice, Total
from portal.actions.plans_people import Drawn
from portal.db import db
from portal.i18n import N_
from portal.models.organisations import Engagement, Organisation
from portal.models.placements import Entrustment
from portal.models.plans import Plan, PlanLine
from portal.rules import notices
from portal.rules.allocation import Rules, tier
from portal.rules.lifecycles import next_state

LINE = {"person": UUID(), "contract": UUID(), "claims": Integer(), "balance": BigInteger(), "tier": Text()}
AFTER_NOTICE, BEFORE_NOTICE = (
    "after_notice:",
    "before_notice:",
)  # outcome of a line that fell out by itself: codes follow
IN_PLAN = PlanLine.taken_out.is_(None)


class NotPlanned(Exception):
    """Nothing was changed; `label` says why."""

    label = ""


class NobodyLeft(NotPlanned):
    label = N_("予定に入れられる方がいません。条件または振り分けを確認してください。")


class MoreThanDrawn(NotPlanned):
    label = N_("確認の後に対象が変わりました。もう一度振り分けを確認してください。")


class NotSuited(NotPlanned):
    label = N_("選んだ契約には引き渡せない方が含まれています。債権種別と利益相反の回答を確認してください。")


class Unchecked(NotPlanned):
    label = N_("利益相反の確認が済んでいない方がいます。確認を依頼するか、発送から抜いてください。")


class NoticedLater(NotPlanned):
    label = N_("予告発送日は、予定を作った日から今日までの日にしてください。")


class StillWaiting(NotPlanned):
    label = N_("予告の期間がまだ過ぎていません。")


class NoticeMissing(NotPlanned):
    label = N_("委託予告をまだ送っていません。発送して予告発送日を記録してから引き渡してください。")


def draft(
    drawn: Drawn, choice: Choice, rules: Rules, *, seed: int, title: str, shown: tuple[int, int], by: Principal
) -> Plan:
    """`shown`: (persons, yen) as the desk saw them. NobodyLeft, MoreThanDrawn."""
    if not drawn.lines:
        raise NobodyLeft
    if (len(drawn.lines), sum(line.balance for line in drawn.lines)) != shown:
        raise MoreThanDrawn
    plan = Plan(
        by_id=by.account_id, at=scope.now(), title=title, choice=_written(choice), rules=rules.written(), seed=seed
    )
    db.session.add(plan)
    db.session.flush()
    rows = [
        (line.person_id, line.contract, line.claims, line.balance, tier(line.balance, rules.bounds))
        for line in drawn.lines
    ]
    lines = table("line", rows, LINE)
    columns = ["plan_id", "person_id", "engagement_id", "claims", "balance", "tier"]
    given = select(literal(plan.id, UUID()), *lines.c)
    db.session.execute(insert(PlanLine.__table__).from_select(columns, given))
    return plan


def _written(choice: Choice) -> dict[str, Any]:
    known = {name: value for name, value in asdict(choice).items() if value is not None and name != "persons"}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}


def chosen(plan: Plan) -> Choice:
    """The conditions of the plan, as they were given."""
    known = dict(plan.choice)
    if due := known.get("due_before"):
        known["due_before"] = date.fromisoformat(due)
    return Choice(**known)


def get(plan_id: uuid.UUID, action: str | None = None) -> Plan:
    """NoResultFound; with `action` also NotNow. A plan that is to change is locked."""
    plan = db.session.get_one(Plan, plan_id, with_for_update=bool(action), populate_existing=bool(action))
    if action:
        next_state("plan", plan.state, action)
    return plan


def contracts(today: date) -> dict[uuid.UUID, tuple[Engagement, Organisation]]:
    """{contract: (it, its partner)} of all that run today."""
    return {engagement.id: (engagement, partner) for engagement, partner in placements.partners(today)}


def move(plan_id: uuid.UUID, persons: Sequence[uuid.UUID], *, engagement_id: uuid.UUID, by: Principal) -> int:
    """Means other people of the plan for this contract. NoResultFound, NotNow, LookupError (contract), NotSuited."""
    plan, today = get(plan_id, "move"), clock.day_of(scope.now())
    engagement, partner = contracts(today)[engagement_id]
    to = plans_people.meant(placements.target(engagement, partner, today))
    if set(persons) - plans_people.free(chosen(plan).only(persons), to).keys():
        raise NotSuited
    return _change(plan_id, persons, engagement_id=engagement_id)


def take_out(plan_id: uuid.UUID, persons: Sequence[uuid.UUID], *, reason: str, by: Principal) -> int:
    """発送から抜く. NoResultFound, NotNow."""
    get(plan_id, "take_out")
    return _change(plan_id, persons, taken_out=reason)


def _change(plan_id: uuid.UUID, persons: Sequence[uuid.UUID], **values: Any) -> int:
    these = (PlanLine.plan_id == plan_id, PlanLine.person_id == among(persons), IN_PLAN)
    changed = update(PlanLine).where(*these).values(**values).returning(PlanLine.person_id)
    return len(db.session.execute(changed.execution_options(synchronize_session=False)).all())


def cancel(plan_id: uuid.UUID, *, by: Principal) -> Plan:
    """NoResultFound, NotNow."""
    plan = get(plan_id, "cancel")
    plan.state, plan.ended_at = "cancelled", scope.now()
    return plan


def notice_days(today: date) -> int:
    return settings.number("placement_notice_days", today, notices.NOTICE_DAYS)


def notice(plan_id: uuid.UUID, *, noticed_on: date, by: Principal) -> int:
    """予告発送日: from here on the city waits. Who can no longer be placed falls out first; answers how many.

    NoResultFound, NotNow, NoticedLater, Unchecked, NobodyLeft.
    """
    plan, today = get(plan_id, "notice"), clock.day_of(scope.now())
    if not clock.day_of(plan.at) <= noticed_on <= today:
        raise NoticedLater
    lost = plans_people.standing(plan_id, chosen(plan), today).lost
    if any("conflict_unchecked" in codes for codes in lost.values()):
        raise Unchecked
    _fall_out(plan_id, lost, BEFORE_NOTICE)
    if not plans_people.live(plan_id):
        raise NobodyLeft
    until = notices.waits_until(noticed_on, notice_days(today))
    plan.state, plan.noticed_on, plan.waits_until = "noticed", noticed_on, until
    return len(lost)


def _fall_out(plan_id: uuid.UUID, lost: Mapping[uuid.UUID, Sequence[str]], when: str) -> None:
    """A statement for each set of reasons, of which there are few."""
    alike: dict[str, list[uuid.UUID]] = defaultdict(list)
    for person, codes in lost.items():
        alike[when + ",".join(codes)].append(person)
    for outcome, persons in alike.items():
        _change(plan_id, persons, taken_out=outcome)


def places_from(plan: Plan) -> date | None:
    """The first day of a hand-over; None when nothing is waited for."""
    return plan.waits_until and notices.places_from(plan.waits_until)


@dataclass(frozen=True)
class Done:
    """One decision: an entrustment for each contract, and how many persons fell out."""

    made: Sequence[Entrustment]
    fell_out: int


def place(plan_id: uuid.UUID, *, decision_no: str, decided_on: date, shown: Total, by: Principal) -> Done:
    """Everybody of the plan who may still go, each to the contract meant for them; the others fall out with the reason.

    NoResultFound, NotNow, StillWaiting, NoticeMissing,
    placements.NotPlaced: DecidedLater, NothingLeft, MoreThanShown.
    """
    plan, today = get(plan_id, "place"), clock.day_of(scope.now())
    if plan.waits_until and today <= plan.waits_until:
        raise StillWaiting
    if not plan.noticed_on and placements.notice_required(today):
        raise NoticeMissing
    if decided_on > today:
        raise placements.DecidedLater
    wanted = plans_people.live(plan_id)
    locks.persons([person for persons in wanted.values() for person in persons])
    running, choice = contracts(today), chosen(plan)
    lost = plans_people.standing(plan_id, choice, today).lost
    ready = []
    for contract in wanted.keys() & running.keys():
        engagement, partner = running[contract]
        to = placements.target(engagement, partner, today)
        ready.append((engagement, to, placements.locked(choice.only(wanted[contract]), to)))
    ready.sort(key=lambda one: one[0].contract_no)  # case numbers in the same order every time
    placements.check([claims for *_, claims in ready], shown)
    made = [placements.hand_over(claims, engagement, to, decision_no=decision_no, decided_on=decided_on, by=by, plan_id=plan.id)
            for engagement, to, claims in ready if claims]  # fmt: skip
    _fall_out(plan_id, lost, AFTER_NOTICE if plan.noticed_on else BEFORE_NOTICE)
    plan.state, plan.ended_at = "placed", scope.now()
    return Done(made, len(lost))
