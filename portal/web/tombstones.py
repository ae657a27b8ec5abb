"""返却・引揚げ済み: what is left of the cases that went."""

import flask
from sqlalchemy import func, select

from portal.access.doors import door
from portal.db import db
from portal.i18n import N_
from portal.models.casefiles import Tombstone
from portal.web.paging import page

pages = flask.Blueprint("tombstones", __name__)
OUTCOMES = {"returned": N_("市へ返却"), "recalled": N_("引揚げ"), "closed": N_("完了")}


@pages.get("/tombstones")
@door("tombstone:list")
def index() -> flask.typing.ResponseReturnValue:
    """Number, day and outcome: no person stands here, so nobody is noted as seen."""
    found = page(select(Tombstone), Tombstone.ended_at, Tombstone.case_id, newest_first=True)
    total = db.session.execute(select(func.count()).select_from(Tombstone)).scalar_one()
    return flask.render_template("tombstones/index.html", found=found, total=total, outcomes=OUTCOMES)
