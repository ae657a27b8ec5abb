"""How each partner fares in a period: a few aggregates, none of them over single persons."""

import uuid
from collections import defaultdict
from typing import Any

from sqlalchemy import Select, func, select

from portal.actions.audits import LOOKED, Period
from portal.db import db
from portal.i18n import N_
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Tombstone
from portal.models.events import Event
from portal.models.placements import Placement
from portal.models.referrals import Referral

FIGURES = {
    "held": N_("委託中"),
    "placed": N_("引渡し"),
    "recalled": N_("引揚げ"),
    "returned": N_("市へ返却"),
    "closed": N_("完了"),
    "calls": N_("架電"),
    "incoming": N_("受電"),
    "contacts": N_("本人接触"),
    "letters": N_("送付"),
    "referrals": N_("福祉へのつなぎ"),
    "breaches": N_("基準外"),
    "viewers": N_("閲覧した人"),
}
Figures = Select[*tuple[Any, ...]]
PARTNER = Placement.org_id  # a file changes hands when it is recalled; its placement never does


def figures(period: Period) -> dict[uuid.UUID, dict[str, int]]:
    """{partner: {a code of FIGURES, and `balance` in yen of what is held: number}}; 0 where nothing is."""
    found: dict[uuid.UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for query in (_held(), _placed(period), _left(period), _contacts(period), _referrals(period), _viewers(period)):
        for row in db.session.execute(query).mappings():
            found[row["org_id"]].update({key: int(row[key]) for key in row if key != "org_id"})
    return found


def _held() -> Figures:
    query = select(PARTNER, func.count().label("held"), func.coalesce(func.sum(Casefile.balance), 0).label("balance"))
    return query.join(Casefile, Casefile.id == Placement.case_id).where(Placement.ended_at.is_(None)).group_by(PARTNER)


def _placed(period: Period) -> Figures:
    return select(PARTNER, func.count().label("placed")).where(period.holds(Placement.placed_at)).group_by(PARTNER)


def _left(period: Period) -> Figures:
    kinds = [_of(Tombstone.outcome == outcome, outcome) for outcome in ("recalled", "returned", "closed")]
    return select(Tombstone.org_id, *kinds).where(period.holds(Tombstone.ended_at)).group_by(Tombstone.org_id)


def _contacts(period: Period) -> Figures:
    figures = (
        _of(Attempt.channel == "call", "calls"),
        _of(Attempt.channel == "incoming", "incoming"),
        _of(Attempt.result == "01", "contacts"),
        _of(Attempt.channel == "letter", "letters"),
        _of(Attempt.breach, "breaches"),
    )
    query = select(PARTNER, *figures).select_from(Attempt).join(Placement, Placement.case_id == Attempt.case_id)
    return query.where(period.holds(Attempt.at)).group_by(PARTNER)


def _referrals(period: Period) -> Figures:
    query = select(PARTNER, func.count().label("referrals")).select_from(Referral)
    return (
        query.join(Placement, Placement.case_id == Referral.case_id).where(period.holds(Referral.at)).group_by(PARTNER)
    )


def _viewers(period: Period) -> Figures:
    """Distinct first, then counted: count(distinct …) sorts every entry of the period, on one core."""
    people = select(Event.actor_org, Event.actor_id).where(LOOKED, period.holds(Event.at)).distinct().subquery()
    query = select(people.c.actor_org.label("org_id"), func.count(people.c.actor_id).label("viewers"))
    return query.group_by(people.c.actor_org)


def _of(condition: Any, label: str) -> Any:
    return func.count().filter(condition).label(label)
