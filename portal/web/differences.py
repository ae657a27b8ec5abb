"""月次差分: for one contract, what partners hold against the ledger: counted, listed, confirmed, followed."""

import uuid
from typing import Any

import flask
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from portal.access import scope
from portal.access.doors import door
from portal.actions import copies, difference_finding, differences, placements
from portal.actions.difference_finding import PARTS, Difference
from portal.clock import day_of
from portal.rules.disclosures import GROUNDS
from portal.web.decisions import DecisionForm

pages = flask.Blueprint("differences", __name__)
Answer = flask.typing.ResponseReturnValue
SIZES = (25, 50, 100)
TONES = {"added": "info", "changed": "neutral", "withdrawn": "hold"}


def _figure() -> IntegerField:
    return IntegerField(validators=[InputRequired(), NumberRange(min=0)])


class FollowForm(DecisionForm):
    """起案番号・決裁日, and how much of each part the desk was shown."""

    claims = persons = yen = None
    added = _figure()
    added_yen = _figure()
    changed = _figure()
    changed_yen = _figure()
    withdrawn = _figure()
    withdrawn_yen = _figure()

    def figures(self) -> dict[str, tuple[int, int, int]]:
        return {part: (0, self[part].data, self[f"{part}_yen"].data) for part in PARTS}


@pages.get("/differences")
@door("difference:show")
def index() -> str:
    """The contracts that run; which of them, and what of the difference, stands in the address."""
    contracts = placements.partners(day_of(scope.now()))
    chosen = _asked() or (contracts[0].Engagement.id if contracts else None)
    if chosen is None or chosen not in {row.Engagement.id for row in contracts}:
        return flask.render_template("differences/index.html", contracts=contracts, contract=None)
    return _shown(chosen, FollowForm(day_of(scope.now()), formdata=None))


def _asked() -> uuid.UUID | None:
    try:
        return uuid.UUID(flask.request.args.get("engagement", ""))
    except ValueError:
        return None


def _shown(engagement_id: uuid.UUID, form: FollowForm) -> str:
    contracts = placements.partners(day_of(scope.now()))
    engagement, partner = {row.Engagement.id: row for row in contracts}[engagement_id]
    found = difference_finding.find(engagement, partner)
    part = flask.request.args.get("part", "added")
    part = part if part in PARTS else "added"
    return flask.render_template(
        "differences/index.html", contracts=contracts, contract=engagement, partner=partner, figures=found.figures(), form=form,
        part=part, parts=PARTS, tones=TONES, ground=GROUNDS[partner.kind], followed=copies.FOLLOWED, **_lines(found, part),
    )  # fmt: skip


def _lines(found: Difference, part: str) -> dict[str, Any]:
    """One page of a part: the whole difference is found anyhow, so a page is a slice of it."""
    every = found.parts[part]
    size = flask.request.args.get("size", SIZES[0], type=int)
    size = size if size in SIZES else SIZES[0]
    first = min(max(flask.request.args.get("from", 0, type=int), 0), len(every))
    some = every[first : first + size]
    scope.note("casefile", list(dict.fromkeys(line.case_id for line in some)))
    pager = {
        "previous": _address(**{"from": max(first - size, 0)}) if first else None,
        "next": _address(**{"from": first + size}) if first + size < len(every) else None,
        "size": size,
        "sizes": {n: _address(size=n, **{"from": 0}) for n in SIZES},
    }
    return {"rows": difference_finding.details(some), "pager": pager}


def _address(**changes: Any) -> str:
    kept = {k: v for k, v in flask.request.args.items() if k in ("engagement", "part", "size")}
    return flask.url_for("differences.index", **kept | changes)


@pages.post("/engagements/<uuid:engagement_id>/differences")
@door("difference:apply")
def apply(engagement_id: uuid.UUID) -> Answer:
    form = FollowForm(day_of(scope.now()))
    try:
        if not form.validate():
            return _shown(engagement_id, form), 422
        made = differences.apply(
            engagement_id, decision_no=form.decision_no.data, decided_on=form.decided_on.data, shown=form.figures(),
            by=current_user,
        )  # fmt: skip
    except LookupError:
        flask.abort(404)
    except placements.NotPlaced as error:
        form.form_errors.append(_(error.label))
        return _shown(engagement_id, form), 422
    _say(made)
    return flask.redirect(flask.url_for("differences.index", engagement=engagement_id))


def _say(made: differences.Made) -> None:
    done = _("追加%(added)s件・変更%(changed)s件・取下げ%(withdrawn)s件を委託先へ反映しました（起案番号 %(no)s）。")
    counts = {part: f"{figures[1]:,}" for part, figures in made.figures.items()}
    flask.flash(done % (counts | {"no": made.entrustment.decision_no}), "success")
    if made.recalled or made.closed:
        ended = _("債権がなくなった案件%(recalled)s件を引き揚げ、残高がなくなった案件%(closed)s件を完了としました。")
        flask.flash(ended % {"recalled": f"{made.recalled:,}", "closed": f"{made.closed:,}"}, "info")
