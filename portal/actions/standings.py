"""How a file stands between partner and city, in one look: receipt not confirmed yet (受領確認前), recall announced."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, UUID, any_, bindparam, exists, or_, select

from portal.db import db
from portal.models.casefiles import Casefile
from portal.models.plans import Acceptance, RecallNotice

_UNHEARD = ~exists().where(Acceptance.case_id == Casefile.id)
# made once: the worklist asks it with every page
_ASKED = (
    select(Casefile.id, _UNHEARD.label("unheard"), RecallNotice.id.label("notice_id"), RecallNotice.final_on)
    .outerjoin(RecallNotice, (RecallNotice.case_id == Casefile.id) & (RecallNotice.state == "announced"))
    .where(Casefile.id == any_(bindparam("cases", type_=ARRAY(UUID()))), Casefile.state == "open")
    .where(or_(_UNHEARD, RecallNotice.id.is_not(None)))
)


@dataclass(frozen=True)
class Standing:
    """`unheard`: nobody has said anything on its receipt; `final_on`: the day it is to come back, with its notice."""

    unheard: bool
    notice_id: uuid.UUID | None
    final_on: date | None


def of(cases: Collection[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """{case: standing} of those of which there is anything to say."""
    rows = db.session.execute(_ASKED, {"cases": list(cases)})
    return {row.id: Standing(row.unheard, row.notice_id, row.final_on) for row in rows}
