"""氏名・住所の反映: who and where a person is reaches a partner's copy by this act of the desk and by no other way."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import copies, disclosures, holds
from portal.clock import combine
from portal.db import db
from portal.i18n import N_
from portal.models.casefiles import Casefile, Claim, Contactee
from portal.models.placements import PlacementLine
from portal.models.receivables import Debtor, Receivable
from portal.rules import worklist
from portal.rules.eligibility import REASONS
from portal.rules.lifecycles import NotNow

SHOWN = {
    "name": N_("氏名"),
    "kana": N_("カナ氏名"),
    "birth": N_("生年月日"),
    "sex": N_("性別"),
    "postcode": N_("郵便番号"),
    "address": N_("住所"),
    "building": N_("方書"),
    "phone1": N_("電話番号1"),
    "phone2": N_("電話番号2"),
}


class Refused(Exception):
    """`label` says why nothing is sent."""

    label = ""


class NothingNew(Refused):
    label = N_("委託先の写しは、台帳と同じです。")


class Nameless(Refused):
    label = N_("台帳に氏名・住所がないため、反映できません。")


@dataclass(frozen=True)
class Difference:
    """One field: what the partner's copy says, and what the ledger says now."""

    field: str
    held: Any
    known: Any


def differences(case_id: uuid.UUID) -> list[Difference]:
    """What a refresh would change. NoResultFound: no such file, or no partner holds it; Nameless."""
    held = db.session.get_one(Contactee, case_id, populate_existing=True)
    known, care = _known(case_id)
    if not known.name:
        raise Nameless
    found = [Difference(name, getattr(held, name), getattr(known, name)) for name in SHOWN]
    found = [d for d in found if (d.held or None) != (d.known or None)]
    return found + ([Difference("care", held.care, care)] if sorted(held.care) != sorted(care) else [])


def refresh(case_id: uuid.UUID, *, by: Principal) -> list[Difference]:
    """Writes them, and the entry of the 外部提供記録; a telephone that came or went changes the place in the list.

    NoResultFound, NotNow (the file is back), Nameless, NothingNew.
    """
    holds.lock_as_city(case_id)
    file = db.session.get_one(Casefile, case_id, populate_existing=True)
    if file.state != "open":
        raise NotNow("casefile", file.state, "refresh")
    found = differences(case_id)
    if not found:
        raise NothingNew
    known, _ = _known(case_id)
    copies.renew(case_id, known.id, file.org_id)
    _replace(file, has_phone=bool(known.phone1 or known.phone2))
    disclosures.record_person(case_id, by_id=by.account_id, at=scope.now())
    return found


def _known(case_id: uuid.UUID) -> tuple[Debtor, list[str]]:
    """The newest of the numbers under which the claims of the file are owed, and what asks for care there."""
    owing = select(Receivable.debtor_id).join(PlacementLine, PlacementLine.receivable_id == Receivable.id)
    owing = owing.where(PlacementLine.case_id == case_id, PlacementLine.ended_at.is_(None))
    newest = select(Debtor).where(Debtor.id.in_(owing)).order_by(Debtor.id.desc()).limit(1)
    debtor = db.session.execute(newest, execution_options={"populate_existing": True}).scalar_one()
    return debtor, [flag for flag in debtor.flags if flag not in REASONS]


def _replace(file: Casefile, *, has_phone: bool) -> None:
    changes: dict[str, Any] = {"version": Casefile.version + 1}
    if has_phone != file.has_phone:
        last_day = db.session.scalar(
            select(func.min(Claim.last_day)).where(Claim.case_id == file.id, Claim.withdrawn_on.is_(None))
        )
        facts = worklist.Case(combine(file.placed_on, "09:00"), has_phone, file.balance, last_day=last_day)
        place = worklist.rank(facts, scope.now())
        changes |= {"has_phone": has_phone, "band": place.band, "reason": place.reason, "next_at": place.next_at}
    db.session.execute(update(Casefile).where(Casefile.id == file.id).values(changes))
