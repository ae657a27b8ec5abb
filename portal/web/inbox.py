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
from portal.actions import acceptances, approvals, movements
from portal.db import db
from portal.models.attempts import Attempt
from portal.models.casefiles import Casefile, Contactee
from portal.models.organisations import Organisation
from portal.models.placements import Hold, Placement
from portal.models.plans import Acceptance, RecallNotice
from portal.models.referrals import Care, Referral
from portal.models.returns import Return
from portal.models.reviews import Review
from portal.rules import hardship
from portal.rules.lifecycles import STATES
from portal.rules.outcomes import OUTCOMES
from portal.rules.returns import RETURN_REASONS
from portal.rules.reviews import DECISIONS
from portal.web.written import day

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
    queues, asked = [returns(), words(), objections(), referrals(), reviews(), stops()], approvals.waiting()
    scope.note("casefile", list({row.case_id: None for queue in queues for row, *rest in queue.rows}))
    return flask.render_template("inbox/index.html", queues=queues, asked=asked, labels=ACTIONS, moved=moved())


def moved() -> list[dict[str, Any]]:
    """台帳の異動 by tab; what waits for a second person stands among the approvals."""
    waiting = movements.waiting()
    return [
        {"tab": tab, "label": movements.TABS[tab][0], "count": found.movements, "yen": found.yen}
        for tab, found in waiting.items()
        if found.movements and tab != "two"
    ]


def returns() -> Queue:
    query = _waiting(Return, Return.at, Return.reason).where(Return.state == "sent")
    rows = _read(query, lambda r: _(RETURN_REASONS[r.reason]), lambda r: flask.url_for("returns.show", return_id=r.id))
    return Queue("returns", _("市への返却"), _("理由"), _("回答する"), rows)


def words() -> Queue:
    """A partner declined a file, or asks about it (受領・受任の回答)."""
    query = _waiting(Acceptance, Acceptance.at, Acceptance.decision)
    query = query.where(Acceptance.decision != "accepted", Acceptance.answered_at.is_(None))
    url: Callable[[Any], str] = lambda r: flask.url_for("acceptances.question", acceptance_id=r.id)  # noqa: E731
    rows = _read(query, lambda r: _(acceptances.SAID[r.decision]), url)
    return Queue("acceptances", _("受領・受任の回答"), _("回答"), _("回答する"), rows)


def objections() -> Queue:
    """A partner objects to a recall that was announced; until the desk decides the file stays."""
    query = _waiting(RecallNotice, RecallNotice.objected_at, RecallNotice.final_on)
    query = query.where(RecallNotice.state == "announced", RecallNotice.objected_at.is_not(None))
    rows = _read(query, lambda r: day(r.final_on), lambda r: flask.url_for("recall_notices.show", notice_id=r.id))
    return Queue("objections", _("引揚げの予告への異議"), _("引揚げ日"), _("判断する"), rows)


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
