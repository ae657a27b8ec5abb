"""受領確認・受任の回答: what a partner says of a file it was given, and the city's answer when it declines or asks.

No state is stored: the newest word on a file is its state. Nobody waits for it with the work.
"""

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import UUID, ColumnElement, Row, case, exists, func, insert, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import contacts, holds, recalls
from portal.actions.arrays import among, table
from portal.db import db, uuid7
from portal.i18n import N_
from portal.models.casefiles import Casefile
from portal.models.organisations import Account
from portal.models.plans import Acceptance
from portal.rules.lifecycles import NotNow

STATES = {
    "unheard": N_("受領確認前"),
    "waiting": N_("市の回答待ち"),
    "answered": N_("市から回答あり"),
    "accepted": N_("受領確認済み"),
}
SAID = {"accepted": N_("受領・受任"), "declined": N_("受けられない"), "asked": N_("市への照会")}
UNHEARD = ~exists().where(Acceptance.case_id == Casefile.id)
ANSWERER = aliased(Account)


class Refused(Exception):
    """`label` says why it does not go."""

    label = ""


class AcceptedAlready(Refused):
    label = N_(
        "この案件には、すでに受領・受任の回答をいただいています。お返しになるときは「市へ返却する」をお使いください。"
    )


class WaitsForTheCity(Refused):
    label = N_("市の回答をお待ちください。")


class AnsweredAlready(Refused):
    label = N_("すでに回答済みです。")


def state() -> ColumnElement[Any]:
    """A code of STATES for the Casefile of the query."""
    said = case(
        (Acceptance.decision == "accepted", "accepted"), (Acceptance.answered_at.is_(None), "waiting"), else_="answered"
    )
    newest = select(said).where(Acceptance.case_id == Casefile.id)
    newest = newest.order_by(Acceptance.at.desc(), Acceptance.id.desc()).limit(1)
    return func.coalesce(newest.scalar_subquery(), "unheard")


def totals() -> dict[str, tuple[int, int]]:
    """{code of STATES: (files, yen)} of one's own live files."""
    each = select(state().label("state"), Casefile.balance).where(Casefile.state == "open").subquery()
    rows = db.session.execute(select(each.c.state, func.count(), func.sum(each.c.balance)).group_by(each.c.state))
    return dict.fromkeys(STATES, (0, 0)) | {code: (count, int(yen)) for code, count, yen in rows}


def unheard(cases: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of `cases` on which nobody has said anything yet."""
    return set(db.session.scalars(select(Casefile.id).where(Casefile.id == among(cases), UNHEARD)))


def newest(cases: Collection[uuid.UUID]) -> dict[uuid.UUID, Acceptance]:
    """{case: the last word on it}."""
    rows = select(Acceptance).where(Acceptance.case_id == among(cases)).ext(distinct_on(Acceptance.case_id))
    rows = rows.order_by(Acceptance.case_id, Acceptance.at.desc(), Acceptance.id.desc())
    return {row.case_id: row for row in db.session.scalars(rows)}


def history(case_id: uuid.UUID) -> list[Row[Acceptance, str, str]]:
    """(word, who, who answered for the city or None), the newest first. A partner reads no names of the city's."""
    rows = (
        select(Acceptance, Account.name, ANSWERER.name)
        .outerjoin(Account, Account.id == Acceptance.by_id)
        .outerjoin(ANSWERER, ANSWERER.id == Acceptance.answered_by)
        .where(Acceptance.case_id == case_id)
    )
    return list(db.session.execute(rows.order_by(Acceptance.at.desc(), Acceptance.id.desc())))


def receive(cases: Collection[uuid.UUID] | None = None, *, by: Principal) -> int:
    """受領を確認する: of these files, or of all, those on which nothing was said; answers how many."""
    chosen = [Casefile.state == "open", UNHEARD, *([] if cases is None else [Casefile.id == among(cases)])]
    mine = select(Casefile.id).where(*chosen).order_by(Casefile.id).with_for_update(key_share=True)
    # the lock waits for a colleague who is confirming the same; only then is it known who was first
    words = table("word", [(uuid7(), found) for found in db.session.scalars(mine)], {"id": UUID(), "case_id": UUID()})
    said = {
        "id": words.c.id,
        "case_id": words.c.case_id,
        "org_id": literal(by.org_id, UUID()),
        "by_id": literal(by.account_id, UUID()),
        "at": literal(scope.now()),
        "decision": literal("accepted"),
    }
    rows = select(*said.values()).join(Casefile, Casefile.id == words.c.case_id).where(UNHEARD)
    made = insert(Acceptance).from_select(list(said), rows).returning(Acceptance.id)
    return len(db.session.execute(made).all())


def give(case_id: uuid.UUID, *, decision: str, note: str | None = None, by: Principal) -> Acceptance:
    """accepted, declined or asked; the last two with words. NoResultFound, NotNow, AcceptedAlready, WaitsForTheCity."""
    contacts.facts(case_id)  # the person is locked before the new row holds the case
    file = db.session.get_one(Casefile, case_id)
    if file.state != "open":
        raise NotNow("casefile", file.state, "accept")
    last = newest([case_id]).get(case_id)
    if last and last.decision == "accepted":
        raise AcceptedAlready
    if last and last.answered_at is None:
        raise WaitsForTheCity
    made = Acceptance(
        org_id=by.org_id, case_id=case_id, by_id=by.account_id, at=scope.now(), decision=decision, note=note
    )
    db.session.add(made)
    db.session.flush()
    return made


def answer(acceptance_id: uuid.UUID, *, answer: str, by: Principal) -> Acceptance:
    """The desk's words, which the partner reads. NoResultFound, AnsweredAlready."""
    found = _waiting(acceptance_id)
    found.answer, found.answered_at, found.answered_by = answer, scope.now(), by.account_id
    db.session.flush()
    return found


def take_back(acceptance_id: uuid.UUID, *, reason: str, by: Principal) -> Casefile:
    """The file comes back: what the partner declined is returned, what it only asked about is recalled."""
    found = _waiting(acceptance_id)
    outcome = "returned" if found.decision == "declined" else "recalled"
    return recalls.recall(found.case_id, outcome=outcome, reason=reason, by=by)


def _waiting(acceptance_id: uuid.UUID) -> Acceptance:
    holds.lock_as_city(db.session.get_one(Acceptance, acceptance_id).case_id)
    found = db.session.get_one(Acceptance, acceptance_id, populate_existing=True)
    if found.decision == "accepted" or found.answered_at is not None:
        raise AnsweredAlready
    return found
