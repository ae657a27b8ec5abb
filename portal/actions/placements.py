"""委託先へ引き渡す: one decision of the city makes files at a partner, each with a copy of what the partner must know.

Thousands of claims in a few statements of fixed number: a row each would be an entry in the trail each.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Row, or_, select

from portal import clock
from portal.access import scope
from portal.access.principal import Principal
from portal.actions import candidates, copies, disclosures, locks, settings
from portal.actions.candidates import Choice, Total
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.organisations import Engagement, Organisation
from portal.models.placements import Entrustment
from portal.models.receivables import Debtor, Person, Receivable
from portal.rules import worklist
from portal.rules.placeability import Target

CONFLICT_DAYS = 90  # CFG conflict_answer_days: how long an answer about a conflict of interests stands


class NotPlaced(Exception):
    """Nothing was handed over; `label` says why."""

    label = ""


class NothingLeft(NotPlaced):
    label = N_("引き渡せる債権がありません。ほかの操作により状況が変わっています。条件を確認してください。")


class MoreThanShown(NotPlaced):
    label = N_("確認の後に対象が増えました。内容をもう一度確認してください。")


class DecidedLater(NotPlaced):
    label = N_("決裁日が今日より後です。")


class Unnoticed(NotPlaced):
    label = N_("委託予告を送らずに引き渡す理由を入力してください。")


@dataclass(frozen=True)
class Made:
    """What was handed over, and how many of the claims shown were left out because things had changed."""

    entrustment: Entrustment
    left_out: int


def partners(on: date) -> Sequence[Row[Engagement, Organisation]]:
    """Every contract that runs on this day, with its partner."""
    running = select(Engagement, Organisation).join(Organisation, Organisation.id == Engagement.org_id)
    running = running.where(Engagement.starts <= on, Engagement.ends >= on, Organisation.kind != "city")
    running = running.where(Organisation.active_from <= on, Organisation.active_until >= on)
    return db.session.execute(running.order_by(Organisation.name, Engagement.title, Engagement.id)).all()


def notice_required(on: date) -> bool:
    """CFG placement_notice_required: 1 where nobody is handed over without a 委託予告, unless a reason is written down."""
    return bool(settings.number("placement_notice_required", on, 0))


def target(engagement: Engagement, partner: Organisation, today: date, beside: bool = False) -> Target:
    """Whom a hand-over under this contract means today, with what the city has set (conflict_answer_days)."""
    if not engagement.conflict_check:
        return Target(partner.kind, today, beside)
    days = settings.number("conflict_answer_days", today, CONFLICT_DAYS)
    return Target(partner.kind, today, beside, checked_for=engagement.id, stands_days=days)


def make(
    choice: Choice,
    *,
    engagement_id: uuid.UUID,
    beside: bool,
    decision_no: str,
    decided_on: date,
    shown: Total,
    by: Principal,
    no_notice: str | None = None,
) -> Made:
    """Hands over what of `choice` may still go to this partner; `shown`: what the desk confirmed.

    `no_notice`: why nobody is told by letter first (委託予告), which a city may demand.
    LookupError: no such contract, or it does not run today. NotPlaced: DecidedLater, NothingLeft, MoreThanShown, Unnoticed.
    Whoever loses a race for a person waits for the winner's commit and then finds the person placed.
    """
    today = clock.day_of(scope.now())
    if decided_on > today:
        raise DecidedLater
    if notice_required(today) and not no_notice:
        raise Unnoticed
    engagement, partner = {e.id: (e, o) for e, o in partners(today)}[engagement_id]
    to = target(engagement, partner, today, beside)
    claims = locked(choice, to)
    check([claims], shown)
    made = hand_over(claims, engagement, to, decision_no=decision_no, decided_on=decided_on, no_notice=no_notice, by=by)
    return Made(made, shown.claims - made.claims)


def check(found: Sequence[Sequence[Row]], shown: Total) -> None:
    """Of all the contracts of one decision together. NothingLeft, MoreThanShown."""
    claims = [claim for rows in found for claim in rows]
    if not claims:
        raise NothingLeft
    if len(claims) > shown.claims or sum(claim.balance for claim in claims) > shown.yen:
        raise MoreThanShown


def hand_over(
    claims: Sequence[Row],
    engagement: Engagement,
    to: Target,
    *,
    decision_no: str,
    decided_on: date,
    by: Principal,
    plan_id: uuid.UUID | None = None,
    no_notice: str | None = None,
) -> Entrustment:
    """What `locked` found, all of it, under one decision. `plan_id`: the 委託予定 it came from."""
    persons = [list(own) for _, own in groupby(claims, attrgetter("person_id"))]
    entrustment = Entrustment(
        engagement_id=engagement.id, org_id=engagement.org_id, by_id=by.account_id, at=scope.now(),
        decision_no=decision_no, decided_on=decided_on, beside=to.lane == "beside", plan_id=plan_id, no_notice=no_notice,
        cases=len(persons), claims=len(claims), total=sum(claim.balance for claim in claims),
    )  # fmt: skip
    db.session.add(entrustment)
    db.session.flush()
    # the same ledger gives the same case numbers, whatever ids its people were given
    cases = [_case(own) for own in sorted(persons, key=lambda own: (own[-1].source, own[-1].number))]
    copies.write(cases, entrustment, to)
    disclosures.record([case.id for case in cases], entrustment)
    return entrustment


def locked(choice: Choice, to: Target) -> Sequence[Row]:
    """The persons are locked first; then the ledger is read again, as it now is, and of these persons only."""
    found = candidates.ledger(choice, to)
    persons = locks.persons_where(Person.id.in_(candidates.free_persons(found)))
    found = candidates.ledger(choice.only(persons), to)
    claims = (
        select(
            found.c.receivable_id,
            found.c.debtor_id,
            found.c.person_id,
            found.c.balance,
            Debtor.source,
            Debtor.number,
            Receivable.due_on,
            Receivable.last_day,
            Receivable.as_of,
            or_(Debtor.phone1.is_not(None), Debtor.phone2.is_not(None)).label("has_phone"),
        )
        .join(Receivable, Receivable.id == found.c.receivable_id)
        .join(Debtor, Debtor.id == found.c.debtor_id)
        .where(found.c.free)
        .order_by(found.c.person_id, found.c.debtor_id, Receivable.due_on, Receivable.id)
    )
    return db.session.execute(claims).all()


def _case(claims: list[Row]) -> "copies.Case":
    """`claims` of one person. Name and number to call are those of the newest of the debtors that owe them."""
    now, newest = scope.now(), claims[-1]
    balance, last_day = sum(claim.balance for claim in claims), min(claim.last_day for claim in claims)
    first = worklist.Case(placed_at=now, has_phone=newest.has_phone, balance=balance, last_day=last_day)
    return copies.Case(
        id=uuid7(),
        person_id=newest.person_id,
        debtor_id=newest.debtor_id,
        lines=[(uuid7(), claim.receivable_id) for claim in claims],
        balance=balance,
        oldest_due=min(claim.due_on for claim in claims),
        paid_through=min(claim.as_of for claim in claims),
        has_phone=newest.has_phone,
        place=worklist.rank(first, now),
    )
