"""取込みの取消し: a load is taken back, as long as nobody has used what it brought.

All of it goes in one transaction, during which the intake is `undoing`: only then does the law let rows of the ledger be
deleted, and only those that this load made. Rows it changed stand as before; its movements and their holds end.
"""

import uuid
from typing import Any

from sqlalchemy import text

from portal.access import scope
from portal.access.principal import Principal
from portal.actions import holds, intake_sql, intake_undo_sql, intakes, tickets
from portal.actions.intake_reactions import CAME_BACK
from portal.db import db
from portal.i18n import N_
from portal.models.intakes import Intake
from portal.rules.lifecycles import NotNow

ACTION = "intake:undo"
REASON = "取込みの取消し"
USES = {
    "loaded": N_("この後に別の取込みがあるため、取り消せません。"),
    "protected": N_("支援措置の記録または解除を含むため、取り消せません。"),
    "reacted": N_("この取込みで引き揚げた案件、または完了とした案件があるため、取り消せません。"),
    "decided": N_("この取込みによる異動にすでに答えているため、取り消せません。"),
    "placed": N_("取り込んだ方の案件をこの後に引き渡し、または引き揚げているため、取り消せません。"),
    "planned": N_("取り込んだ方がこの後の引渡しの計画に入っているため、取り消せません。"),
    "disclosed": N_("取り込んだ方の情報をこの後に外部へ提供しているため、取り消せません。"),
    "asked": N_("取り込んだ方について利益相反の確認をしているため、取り消せません。"),
    "held": N_("取り込んだ方への連絡をこの後に止め、または再開しているため、取り消せません。"),
    "approved": N_("取り込んだ方についてこの後に二人確認の申出があるため、取り消せません。"),
    "marked": N_("取り込んだ方にこの後で印を付け、または外しているため、取り消せません。"),
    "matched": N_("取り込んだ方をこの後に名寄せしているため、取り消せません。"),
    "related": N_("取り込んだ方の関係者をこの後に記録しているため、取り消せません。"),
}


class Used(Exception):
    """Something that was loaded has been used since; `label` says what."""

    def __init__(self, use: str) -> None:
        super().__init__(use)
        self.label = USES[use]


def use(intake: Intake) -> str | None:
    """What prevents the undoing, as a key of USES; None: nothing does."""
    return _run(intake, intake_undo_sql.USE).scalar()


def ask(intake_id: uuid.UUID, *, by: Principal) -> None:
    """Asks for the undoing of a load. Used; NotNow where it is not loaded."""
    intake = db.session.get_one(Intake, intake_id)
    if intake.state != "loaded":
        raise NotNow("intake", intake.state, "undo")
    if found := use(intake):
        raise Used(found)
    intake.ticket_id = tickets.ask(ACTION, {"intake_id": str(intake_id)}, by=by)


def perform(intake_id: str, *, by: Principal) -> None:
    """By the worker. Where it was used meanwhile, the intake says so and stays as it is; a second copy changes nothing."""
    for statement in (intake_sql.PATIENCE, intake_sql.QUEUE):
        db.session.execute(text(statement))
    intake = db.session.get_one(Intake, uuid.UUID(intake_id), populate_existing=True, with_for_update=True)
    if intake.state != "loaded":
        return
    _run(intake, intake_undo_sql.LOCK)
    if found := use(intake):
        intake.trouble = USES[found]
        return
    undo(intake, by=by)


def undo(intake: Intake, *, by: Principal) -> None:
    """The persons are locked, and nothing of it is used."""
    intakes.move(intake, "undo")
    db.session.refresh(intake)
    holds.lift(list(_run(intake, intake_undo_sql.LET_GO).scalars()), reason=REASON, by=by)
    for statement in intake_undo_sql.BACK:
        _run(intake, statement)
    intakes.move(intake, "finish", undone_at=scope.now(), undone_by=by.account_id, trouble=None)


def _run(intake: Intake, statement: str) -> Any:
    known = {"intake": intake.id, "at": intake.loaded_at, "note": CAME_BACK}
    return db.session.execute(
        text(statement), {name: value for name, value in known.items() if f":{name}" in statement}
    )
