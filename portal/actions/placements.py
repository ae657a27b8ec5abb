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
from portal.actions import candidates, copies, disclosures, locks
from portal.actions.candidates import Choice, Total
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.organisations import Engagement, Organisation
from portal.models.placements import Entrustment
from portal.models.receivables import Debtor, Person, Receivable
from portal.rules import worklist
from portal.rules.placeability import Target


class NotPlaced(Exception):
    """Nothing was handed over; `label` says why."""

    label = ""


class NothingLeft(NotPlaced):
    label = N_("引き渡せる債権がありません。ほかの操作により状況が変わっています。条件を確認してください。")


class MoreThanShown(NotPlaced):
    label = N_("確認の後に対象が増えました。内容をもう一度確認してください。")


class DecidedLater(NotPlaced):
    label = N_("決裁日が今日より後です。")


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


def make(
    choice: Choice,
    *,
    engagement_id: uuid.UUID,
    beside: bool,
    decision_no: str,
    decided_on: date,
    shown: Total,
    by: Principal,
) -> Made:
    """Hands over what of `choice` may still go to this partner; `shown`: what the desk confirmed.

    LookupError: no such contract, or it does not run today. NotPlaced: DecidedLater, NothingLeft, MoreThanShown.
    Whoever loses a race for a person waits for the winner's commit and then finds the person placed.
    """
    now = scope.now()
    today = clock.day_of(now)
    if decided_on > today:
        raise DecidedLater
    engagement, partner = {e.id: (e, o) for e, o in partners(today)}[engagement_id]
    to = Target(partner.kind, today, beside)
    claims = _locked(choice, to)
    total = Total(len(claims), len({c.person_id for c in claims}), sum(c.balance for c in claims))
    if not claims:
        raise NothingLeft
    if total.claims > shown.claims or total.yen > shown.yen:
        raise MoreThanShown
    entrustment = Entrustment(
        engagement_id=engagement.id, org_id=partner.id, by_id=by.account_id, at=now, decision_no=decision_no,
        decided_on=decided_on, beside=to.lane == "beside", cases=total.persons, claims=total.claims, total=total.yen,
    )  # fmt: skip
    db.session.add(entrustment)
    db.session.flush()
    persons = [list(own) for _, own in groupby(claims, attrgetter("person_id"))]
    # the same ledger gives the same case numbers, whatever ids its people were given
    cases = [_case(own) for own in sorted(persons, key=lambda own: (own[-1].source, own[-1].number))]
    copies.write(cases, entrustment, to)
    disclosures.record([case.id for case in cases], entrustment)
    return Made(entrustment, shown.claims - total.claims)


def _locked(choice: Choice, to: Target) -> Sequence[Row]:
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
