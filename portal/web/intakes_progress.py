"""How far the check or the load of an upload has come, for the bar and for the page without scripts."""

from typing import Any

from flask_babel import gettext as _

from portal.actions import intakes
from portal.db import db
from portal.models.intakes import Intake, Progress

BUSY = ("uploaded", "loading")


def seen(intake: Intake) -> dict[str, Any]:
    """Percent and words for the bar; `stumbled`: the job failed and comes again by itself."""
    row = db.session.get(Progress, intake.ticket_id) if intake.ticket_id else None
    done, total = (row.done, row.total) if row else (0, 0)
    stumbled = bool(intakes.stumbled(intake))
    return {
        "percent": 100 * done // total if total else 0,
        "label": _words(intake.state, done, total, stumbled),
        "done": intake.state not in BUSY,
        "stumbled": stumbled,
    }


def _words(state: str, done: int, total: int, stumbled: bool) -> str:
    if stumbled:
        return _("うまくいきませんでした。もう一度試します")
    if not total:
        return _("順番を待っています") if state == "loading" else _("ファイルを読み取っています")
    if state == "loading":
        return _("台帳に書き込んでいます")
    return _("%(done)s / %(total)s件", done=f"{done:,}", total=f"{total:,}")
