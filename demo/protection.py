"""A protection mark that one member of the desk asks to lift, and nobody has answered yet (二人確認)."""

from collections.abc import Sequence

from sqlalchemy import select

from demo.moments import moment
from demo.people import Resident
from demo.stage import Stage
from portal.actions import protections
from portal.db import db
from portal.models.receivables import Debtor

REASON = "支援措置の期間が10月31日で満了し、延長の申出がないことを市民課に確認した。"


def ask(stage: Stage, residents: Sequence[Resident]) -> None:
    number = next(who.number for who in residents if who.lead == "sheltered")
    with stage.acting("saiken1", "protection:ask", moment("11-24 15:20")) as by:
        person = db.session.execute(select(Debtor.person_id).where(Debtor.number == number)).scalar_one()
        protections.ask(person, reason=REASON, by=by)
