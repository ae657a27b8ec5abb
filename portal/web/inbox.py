"""市の対応待ち: everything that waits for the desk, the oldest first, one click from its answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flask
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from portal.access import scope
from portal.access.doors import door
from portal.access.policy import ACTIONS
from portal.actions import approvals
from portal.db import db
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Contactee
from portal.models.organisations import Organisation
from portal.models.placements import Hold, Placement
from portal.models.referrals import Care, Referral
from portal.models.returns import Return
from portal.models.reviews import Review
from portal.rules import hardship
from portal.rules.lifecycles import STATES
from portal.rules.outcomes import OUTCOMES
from portal.rules.returns import RETURN_REASONS
from portal.rules.reviews import DECISIONS

pages = flask.Blueprint("inbox", __name__)
SHOWN = 25  # of each; answering the oldest brings up the next


@dataclass(frozen=True)
class Queue:
    """One kind of what waits. `rows`: (row, what it is about, address of the form that answers)."""

    name: str
    title: str
    head: str
    act: str
    rows: list[tuple[Any, str, str]]

    @property
    def count(self) -> int:
        return self.rows[0][0].all if self.rows else 0


@pages.get("/inbox")
@door("inbox:show")
def index() -> flask.typing.ResponseReturnValue:
    queues, asked = [returns(), referrals(), reviews(), stops()], approvals.waiting()
    scope.note("casefile", list({row.case_id: None for queue in queues for row, *rest in queue.rows}))
    return flask.render_template("inbox/index.html", queues=queues, asked=asked, labels=ACTIONS)


def returns() -> Queue:
    query = _waiting(Return, Return.at, Return.reason).where(Return.state == "sent")
    rows = _read(query, lambda r: _(RETURN_REASONS[r.reason]), lambda r: flask.url_for("returns.show", return_id=r.id))
    return Queue("returns", _("市への返却"), _("理由"), _("回答する"), rows)


def referrals() -> Queue:
    """Welfare has closed or declined; whether collection runs again is the desk's."""
    open_ = func.coalesce(Referral.outcome, "working") == "working"
    query = _waiting(Referral, func.coalesce(Care.closed_at, Care.decided_at), Care.state, Care.outcome)
    query = query.join(Care, Care.referral_id == Referral.id).where(Care.state.in_(("declined", "closed")), open_)
    rows = _read(query, _found, lambda r: flask.url_for("holds.referral", referral_id=r.id))
    return Queue("referrals", _("福祉の対応が終わった方"), _("福祉の回答"), _("判断する"), rows)


def _found(row: Any) -> str:
    state = _(STATES["referral"][row.state])
    return (
        _("%(state)s（%(outcome)s）", state=state, outcome=_(hardship.OUTCOMES[row.outcome])) if row.outcome else state
    )


def reviews() -> Queue:
    query = _waiting(Review, Review.at, Review.decision).where(Review.state == "decided")
    rows = _read(query, lambda r: _(DECISIONS[r.decision]), lambda r: flask.url_for("reviews.decision", review_id=r.id))
    return Queue("reviews", _("弁護士チームの検討結果"), _("検討の結果"), _("回答する"), rows)


def stops() -> Queue:
    """What was heard on a call stopped all contact (a complaint, a lawyer's notice), and nobody has lifted it."""
    query = _waiting(Attempt, Attempt.at, Attempt.outcome, Hold.person_id).join(Hold, Hold.source_id == Attempt.id)
    query = query.where(Hold.kind == "attempt", Hold.lifted_at.is_(None))
    rows = _read(query, _said, lambda r: flask.url_for("holds.index", person_id=r.person_id))
    return Queue("stops", _("通話での申出による連絡停止"), _("申出"), _("確認する"), rows)


def _said(row: Any) -> str:
    return _(OUTCOMES[row.outcome].label) if row.outcome in OUTCOMES else "—"


def _waiting(noun: Any, since: Any, *what: Any) -> Select[Any]:
    """id, case_id, since, number, balance, name, kana, partner, all (the count of all hits), and what it is about."""
    return (
        select(
            noun.id, noun.case_id, since.label("since"), Casefile.number, Casefile.balance, Contactee.name,
            Contactee.kana, Organisation.name.label("partner"), func.count().over().label("all"), *what,
        )
        .select_from(noun)
        .join(Casefile, Casefile.id == noun.case_id)
        .join(Placement, Placement.case_id == Casefile.id)
        .join(Organisation, Organisation.id == Placement.org_id)
        .outerjoin(Contactee, Contactee.case_id == Casefile.id)
        .order_by(since, noun.id)
        .limit(SHOWN)
    )  # fmt: skip


def _read(query: Select[Any], what: Callable[[Any], str], url: Callable[[Any], str]) -> list[tuple[Any, str, str]]:
    return [(row, what(row), url(row)) for row in db.session.execute(query)]
