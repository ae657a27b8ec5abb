"""One human being under all numbers (宛名番号): found, and taken out of every partner's hands (支援措置)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, and_, any_, case, delete, exists, func, literal, null, select, update
from sqlalchemy.exc import NoResultFound

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import locks, recalls
from portal.actions.arrays import among
from portal.actions.candidates import OF_KIND
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Claim
from portal.models.intakes import LoadImage
from portal.models.organisations import Organisation
from portal.models.persons import Related
from portal.models.placements import Hold, Placement, PlacementLine
from portal.models.plans import Conflict, ConflictPerson
from portal.models.receivables import ClaimKind, Debtor, Person, Receivable
from portal.rules.placeability import is_current

WHO_AND_WHERE = ("name", "kana", "birth", "sex", "postcode", "address", "building", "phone1", "phone2")
PROTECTED, REASON = "protected_address", "支援措置"


class ProtectedAlready(Exception):
    label = N_("すでに支援措置の対象です。")


def find(number: str) -> Sequence[Row[uuid.UUID, str, str]]:
    """(person, source, number) of exactly this 宛名番号, in every source system."""
    found = select(Debtor.person_id, Debtor.source, Debtor.number).where(Debtor.number == number)
    return db.session.execute(found.order_by(Debtor.source, Debtor.person_id)).all()


@dataclass(frozen=True)
class Known:
    """A person as the city knows them: all numbers, the newest name first; `protected` under any of them."""

    id: uuid.UUID
    debtors: Sequence[Debtor]

    @property
    def protected(self) -> bool:
        return any(debtor.protected for debtor in self.debtors)

    @property
    def named(self) -> Debtor | None:
        return next((debtor for debtor in self.debtors if debtor.name), None)


def known(person_id: uuid.UUID) -> Known:
    """NoResultFound."""
    newest = select(Debtor).where(Debtor.person_id == person_id).order_by(Debtor.id.desc())
    debtors = db.session.scalars(newest).all()
    if not debtors:
        raise NoResultFound
    return Known(person_id, debtors)


def claims(person_id: uuid.UUID) -> Sequence[Row[Receivable, str, list[str]]]:
    """(claim, its kind, the partners that hold it now), the oldest first."""
    live = and_(PlacementLine.receivable_id == Receivable.id, PlacementLine.ended_at.is_(None))
    holders = (
        select(Organisation.name)
        .join(Placement, Placement.org_id == Organisation.id)
        .join(PlacementLine, PlacementLine.case_id == Placement.case_id)
        .where(live)
        .correlate(Receivable)
    )
    owed = select(Receivable, ClaimKind.name_ja.label("kind"), func.array(holders.scalar_subquery()).label("holders"))
    owed = owed.join(Debtor, Debtor.id == Receivable.debtor_id).join(ClaimKind, OF_KIND)
    return db.session.execute(
        owed.where(Debtor.person_id == person_id).order_by(Receivable.due_on, Receivable.id)
    ).all()


@dataclass(frozen=True)
class Sum:
    """Of one kind, or of all: claims, and yen of the running fiscal year (現年度) and carried over (滞納繰越)."""

    kind: str
    claims: int
    current: int
    former: int

    @property
    def total(self) -> int:
        return self.current + self.former


def sums(claims: Sequence[Row[Receivable, str, list[str]]], today: date) -> list[Sum]:
    """One a kind, the largest first."""
    by_kind: dict[str, list[Receivable]] = {}
    for claim, kind, _ in claims:
        by_kind.setdefault(kind, []).append(claim)
    found = []
    for kind, own in by_kind.items():
        current = sum(claim.balance for claim in own if is_current(claim.fiscal_year, claim.due_on, today))
        found.append(Sum(kind, len(own), current, sum(claim.balance for claim in own) - current))
    return sorted(found, key=lambda s: (-s.total, s.kind))


def files(person_id: uuid.UUID) -> Sequence[Row[Placement, Casefile, str]]:
    """(placement, file, partner), the newest first."""
    found = (
        select(Placement, Casefile, Organisation.name.label("partner"))
        .join(Casefile, Casefile.id == Placement.case_id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .where(Placement.person_id == person_id)
    )
    return db.session.execute(found.order_by(Placement.placed_at.desc(), Placement.case_id.desc())).all()


def protect(person_id: uuid.UUID, *, by: Principal) -> int:
    """Everything of a person comes back at once, and who and where they are is no longer stored. Answers the files.

    住民基本台帳事務処理要領 第5-10. Partners read the same word as of any recall. NoResultFound, ProtectedAlready.
    """
    db.session.get_one(Person, person_id)
    locks.persons([person_id])
    ours = Debtor.person_id == person_id
    if not db.session.scalar(select(exists().where(ours, Debtor.protected.is_(False)))):
        raise ProtectedAlready
    files = recalls.recall_all(person_id, reason=REASON, by=by)
    forget([person_id])
    stop(person_id, "protection", by=by)
    return files


def stop(person_id: uuid.UUID, kind: str = "desk", *, by: Principal) -> Hold:
    """連絡を止める: no partner calls or writes to this person until the desk lifts it. NoResultFound."""
    db.session.get_one(Person, person_id)
    locks.persons([person_id])
    hold = Hold(
        person_id=person_id, kind=kind, source_id=uuid7(), source_org=by.org_id, by_id=by.account_id, at=scope.now()
    )
    db.session.add(hold)
    db.session.flush()
    return hold


def forget(person_ids: Collection[uuid.UUID]) -> None:
    """Keys stay, and what tells who or where goes: of the ledger, of the record of contact that the city keeps, of those

    around them, of names a law team is asked about, and of what an undone load would have put back. Persons are locked.
    """
    run, ours = db.session.execute, Debtor.person_id == among(person_ids)
    run(update(Debtor).where(ours).values(protected=True, **dict.fromkeys(WHO_AND_WHERE, null())))
    numbers = select(Debtor.id).where(ours)
    known = literal(PROTECTED) == any_(Receivable.reasons)
    marked = case((known, Receivable.reasons), else_=func.array_append(Receivable.reasons, PROTECTED))
    owed = update(Receivable).where(Receivable.debtor_id.in_(numbers))
    run(owed.values(verdict="excluded", reasons=marked, summary=None, memo=None))
    cases = select(Placement.case_id).where(Placement.person_id == among(person_ids))
    run(update(Claim).where(Claim.case_id.in_(cases)).values(summary=None))
    run(update(Attempt).where(Attempt.case_id.in_(cases)).values(number=None, address=None))
    nameless = dict.fromkeys(("name", "kana", "postcode", "address", "phone"), null())
    run(update(Related).where(Related.debtor_id.in_(numbers)).values(nameless))
    asked = select(ConflictPerson.conflict_id).where(ConflictPerson.person_id == among(person_ids))
    run(update(Conflict).where(Conflict.id.in_(asked)).values(name=None, kana=None, birth=None))
    images = numbers.union_all(*(select(x.id).where(x.debtor_id.in_(numbers)) for x in (Receivable, Related)))
    run(delete(LoadImage).where(LoadImage.row_id.in_(images)))
