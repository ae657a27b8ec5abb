"""The law team looks names up before it is given anything (利益相反の確認): one list long answered, one still open."""

import uuid
from datetime import date

from sqlalchemy import select

from demo.accounts import PARTNERS
from demo.moments import moment
from demo.stage import Stage
from portal.actions import conflicts
from portal.actions.candidates import Choice
from portal.db import db
from portal.models.organisations import Engagement, Organisation

DESK, LAWYER = "saiken1", "bengo1"


def cleared(stage: Stage, persons: list[uuid.UUID], decision: str, *, beside: bool = False) -> None:
    """Asked on the day the ledger came, answered before the hand-over: no conflict; then the names are erased."""
    batch = _ask(stage, Choice(persons=tuple(persons)), decision, "11-02 13:30", date(2026, 11, 4), beside)
    stage.run(LAWYER, "conflict:answer", moment("11-04 09:10"), conflicts.clear_rest, batch)
    stage.run(DESK, "conflict:close", moment("11-04 09:40"), conflicts.close, batch)


def open_list(stage: Stage) -> None:
    """The next loans, asked yesterday: the first name is a conflict, the second is none, the others wait."""
    for choice in (Choice(group="loan"), Choice()):  # a very small city has no loan left
        try:
            batch = _ask(stage, choice, "債管第231号", "11-24 10:05", date(2026, 12, 1), False)
        except conflicts.NobodyToAsk:
            continue
        with stage.acting(LAWYER, "conflict:answer", moment("11-25 09:20")) as by:
            first, *more = db.session.scalars(conflicts.questions(batch).limit(2))
            answers = {first.id: ("conflict", "勤務先の顧問をしているため")} | {q.id: ("clear", None) for q in more}
            conflicts.answer(batch, answers, by=by)
        return


def _ask(stage: Stage, choice: Choice, decision: str, at: str, due_on: date, beside: bool) -> uuid.UUID:
    with stage.acting(DESK, "conflict:ask", moment(at)) as by:
        contract = select(Engagement.id).join(Organisation, Organisation.id == Engagement.org_id)
        law = db.session.execute(contract.where(Organisation.name == PARTNERS["law"][1])).scalar_one()
        batch, _ = conflicts.ask(choice, engagement_id=law, beside=beside, due_on=due_on, decision_no=decision, by=by)
        return batch
