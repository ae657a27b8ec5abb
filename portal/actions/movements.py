"""台帳の異動: what loads said of stored claims, and what the desk answers, one or a thousand at a time."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, update

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import holds, locks, reactions
from portal.actions.arrays import among
from portal.actions.candidates import OF_KIND
from portal.db import db
from portal.i18n import N_
from portal.models.casefiles import Casefile
from portal.models.intakes import Intake, Movement
from portal.models.organisations import Organisation
from portal.models.placements import Hold, Placement
from portal.models.receivables import ClaimKind, Debtor, Receivable
from portal.rules.lifecycles import NotNow
from portal.rules.movements import HELD, UNPROTECTED, VANISHED, WHOLE_PERSON, WITHDRAWN, decisions

SPOILT = ("rejected", "refused")
# name of the tab: (label, which movements)
TABS: dict[str, tuple[str, ColumnElement[bool]]] = {
    "vanished": (N_("消えた債権"), Movement.code == VANISHED),
    "two": (N_("二人確認"), Movement.code == UNPROTECTED),
    "law": (N_("弁護士チームへ"), Movement.effect == "law_team"),
    "desk": (N_("市で確認"), Movement.effect == "desk"),
    "spoilt": (N_("記載不備・取込対象外"), Movement.code.in_(SPOILT)),
    "done": (N_("自動で引き揚げ・完了"), Movement.effect.in_(("recalled", "closed"))),
}
WAITING = Movement.decision.is_(None)


class NoAnswer(Exception):
    """This cannot be answered so."""

    label = N_("選んだ異動には、この答えはありません。")


@dataclass(frozen=True)
class Count:
    movements: int
    yen: int


def waiting() -> dict[str, Count]:
    """{tab: what waits for an answer there}, every tab; yen as the ledger has it."""
    sums = [
        column
        for _, which in TABS.values()
        for column in (func.count().filter(which), func.coalesce(func.sum(Receivable.balance).filter(which), 0))
    ]
    found = select(*sums).select_from(Movement).join(Receivable, Receivable.id == Movement.receivable_id).where(WAITING)
    numbers = [int(number) for number in db.session.execute(found).one()]
    return {tab: Count(*numbers[2 * n : 2 * n + 2]) for n, tab in enumerate(TABS)}


def listed(tab: str, *, answered: bool = False, intake_id: uuid.UUID | None = None) -> Select[tuple[Movement]]:
    """The movements of a tab, those that wait or those answered; `intake_id`: of this load only."""
    state = Movement.decision.is_not(None) if answered else WAITING
    found = select(Movement).where(TABS[tab][1], state)
    return found.where(Movement.intake_id == intake_id) if intake_id else found


def total(found: Select[tuple[Movement]]) -> Count:
    sums = found.join(Receivable, Receivable.id == Movement.receivable_id).with_only_columns(
        func.count(), func.coalesce(func.sum(Receivable.balance), 0)
    )
    count, yen = db.session.execute(sums).one()
    return Count(count, int(yen))


def details(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Row[Any]]:
    """{movement: claim, kind, who, case and partner as they are now, and the load that said so}."""
    found = (
        select(
            Movement.id, Receivable.balance, Receivable.due_on, Receivable.fiscal_year, ClaimKind.name_ja.label("kind"),
            Debtor.source, Debtor.number, Debtor.name, Debtor.kana, Casefile.number.label("case_number"),
            Organisation.name.label("partner"), Intake.as_of, Placement.ended_at, Debtor.person_id,
        )
        .join(Receivable, Receivable.id == Movement.receivable_id)
        .join(ClaimKind, OF_KIND)
        .join(Debtor, Debtor.id == Receivable.debtor_id)
        .join(Intake, Intake.id == Movement.intake_id)
        .outerjoin(Casefile, Casefile.id == Movement.case_id)
        .outerjoin(Placement, Placement.case_id == Movement.case_id)
        .outerjoin(Organisation, Organisation.id == Placement.org_id)
        .where(Movement.id == among(ids))
    )  # fmt: skip
    rows: Any = db.session.execute(found)
    return {row.id: row for row in rows}


def decide(ids: Collection[uuid.UUID], *, decision: str, note: str, by: Principal) -> int:
    """One answer for all of these; answers how many. NoAnswer, NotNow (answered meanwhile): then none is answered.

    `withdrawn`: the claims leave their partners, and what vanished may not be entrusted again; of what is true of the
    person all cases come back. `resumed`: contact may go on. `kept`, `seen`: nothing changes.
    """
    locks.persons(list(set(_whose(ids).values())))
    found = db.session.scalars(select(Movement).where(Movement.id == among(ids))).all()
    if any(decision not in decisions(movement.code, movement.effect) for movement in found):
        raise NoAnswer
    said = {"decision": decision, "note": note or None, "decided_at": scope.now(), "decided_by": by.account_id}
    done = db.session.execute(
        update(Movement).where(Movement.id == among(ids), WAITING).values(said).returning(Movement.id)
    )
    if len(done.all()) < len(set(ids)):
        raise NotNow("movement", "decided", "decide")
    if decision == "withdrawn":
        _withdraw(found, _whose(ids), by)
    if decision in ("withdrawn", "resumed"):
        _let_go(found, note, by)
    return len(found)


def _whose(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """{movement: the person whose claim it is now}: since 名寄せ this may be another than at the load."""
    found = select(Movement.id, Debtor.person_id).join(Receivable, Receivable.id == Movement.receivable_id)
    found = found.join(Debtor, Debtor.id == Receivable.debtor_id).where(Movement.id == among(ids))
    return {row.id: row.person_id for row in db.session.execute(found)}


def _withdraw(found: Sequence[Movement], whose: dict[uuid.UUID, uuid.UUID], by: Principal) -> None:
    of_persons: dict[str, set[uuid.UUID]] = {}
    of_claims: dict[str, set[uuid.UUID]] = {}
    for movement in found:
        whole = movement.code in WHOLE_PERSON
        groups, id_ = (of_persons, whose[movement.id]) if whole else (of_claims, movement.receivable_id)
        groups.setdefault(movement.code, set()).add(id_)
    for code, persons in sorted(of_persons.items()):
        reactions.recall(persons, reason=reactions.label(code), by=by)
    for code, claims in sorted(of_claims.items()):
        reason = WITHDRAWN if code == VANISHED else code
        if reason == WITHDRAWN:
            gone = update(Receivable).where(Receivable.id == among(claims))
            db.session.execute(gone.values(verdict="excluded", reasons=[WITHDRAWN], warnings=[]))
        reactions.withdraw(claims, reason=reactions.label(reason), by=by)


def _let_go(found: Sequence[Movement], note: str, by: Principal) -> None:
    held = [movement.id for movement in found if movement.effect in HELD]
    if held:
        ours = select(Hold.id).where(Hold.source_id == among(held), Hold.lifted_at.is_(None))
        holds.lift(list(db.session.scalars(ours)), reason=note, by=by)
