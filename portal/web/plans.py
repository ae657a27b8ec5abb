"""委託予定: drafted by rules, told by letter, waited for, handed over."""

import uuid
from collections.abc import Iterator
from typing import Any

import flask
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, not_, select

from portal.access import scope
from portal.access.doors import door
from portal.actions import placements, plans, plans_people
from portal.actions.arrays import among
from portal.actions.candidates import Total
from portal.clock import day_of
from portal.db import db
from portal.i18n import N_
from portal.models.organisations import Account, Engagement, Organisation
from portal.models.plans import Plan, PlanLine
from portal.rules.allocation import DRAWS, TIERS
from portal.rules.claim_groups import GROUPS
from portal.rules.lifecycles import STATES, possible
from portal.rules.notices import FELL_OUT
from portal.rules.placeability import LABELS
from portal.web import choosing, downloads, plans_forms
from portal.web.decisions import DecisionForm
from portal.web.paging import page

pages = flask.Blueprint("plans", __name__)
Answer = flask.typing.ResponseReturnValue
TONES = {"drafted": "neutral", "noticed": "hold", "placed": "ok", "cancelled": "neutral"}
REASONS = LABELS | FELL_OUT
WHEN = {plans.BEFORE_NOTICE: N_("発送前に外れた"), plans.AFTER_NOTICE: N_("予告後に外れた")}
LETTER = (N_("番号"), N_("氏名"), N_("カナ氏名"), N_("宛名"), N_("郵便番号"), N_("住所"), N_("件数"), N_("合計額"), N_("委託先"), N_("窓口の受付時間"))  # fmt: skip


@pages.get("/plans")
@door("plan:list")
def index() -> str:
    found = page(select(Plan), Plan.at, Plan.id, newest_first=True)
    sums = select(PlanLine.plan_id, func.count(), func.sum(PlanLine.claims), func.sum(PlanLine.balance))
    sums = sums.where(PlanLine.plan_id.in_([plan.id for plan in found.rows]), plans.IN_PLAN).group_by(PlanLine.plan_id)
    return flask.render_template(
        "plans/index.html", found=found, sums={key: numbers for key, *numbers in db.session.execute(sums)},
        total=db.session.scalar(select(func.count()).select_from(Plan)), states=STATES["plan"], tones=TONES,
    )  # fmt: skip


@pages.get("/plans/new")
@door("plan:draft")
def new() -> str:
    return _new(plans_forms.DraftForm(formdata=None))


def _new(form: plans_forms.DraftForm, sentence: str | None = None) -> str:
    """The rules; with `draw` in the address also what they would make."""
    today = day_of(scope.now())
    choice, contracts = choosing.chosen(), plans.contracts(today)
    rules = plans_forms.rules_form(contracts)(formdata=flask.request.values)
    if not rules.seed.data and not rules.seed.errors:
        rules.seed.data = plans_forms.new_number()
    drawn, folios = None, {}
    if rules.asked and rules.validate():
        drawn = plans_people.draw(choice.choice(), rules.rules(), rules.number(), contracts, today)
        folios = plans_people.compared(drawn.lines, rules.rules().bounds, today)
    return flask.render_template(
        "plans/new.html", choice=choice, contracts=contracts, rules=rules, form=form, drawn=drawn, folios=folios,
        sentence=sentence, groups=GROUPS, tiers=TIERS, by=plans_forms.BY, again=plans_forms.new_number(),
    )  # fmt: skip


@pages.post("/plans")
@door("plan:draft")
def draft() -> Answer:
    form, today = plans_forms.DraftForm(), day_of(scope.now())
    choice, contracts = choosing.chosen(), plans.contracts(today)
    rules = plans_forms.rules_form(contracts)(formdata=flask.request.form)
    if choice.errors or not rules.validate():
        flask.abort(409)
    if not form.validate():
        return _new(form), 422
    said, wanted = rules.rules(), choice.choice()
    drawn = plans_people.draw(wanted, said, rules.number(), contracts, today)
    try:
        made = plans.draft(drawn, wanted, said, seed=rules.number(), title=form.title.data.strip(),
                           shown=(form.persons.data, form.yen.data), by=current_user)  # fmt: skip
    except plans.NotPlanned as wrong:
        return _new(form, _(wrong.label)), 422
    flask.flash(
        _("委託予定を作りました。委託予告の宛名一覧を出力し、発送したら予告発送日を記録してください。"), "success"
    )
    return flask.redirect(_address(made.id))


def _address(plan_id: uuid.UUID) -> str:
    return flask.url_for("plans.show", plan_id=plan_id)


@pages.get("/plans/<uuid:plan_id>")
@door("plan:show")
def show(plan_id: uuid.UUID) -> str:
    return _show(plan_id, plans_forms.TakeOutForm(formdata=None))


def _show(plan_id: uuid.UUID, form: plans_forms.TakeOutForm, sentence: str | None = None) -> str:
    plan, today = plans.get(plan_id), day_of(scope.now())
    contracts, running = _named(plan_id), plans.contracts(today)
    contract, out = _contract(contracts), flask.request.args.get("show") == "out"
    wanted = select(PlanLine).where(
        PlanLine.plan_id == plan_id, PlanLine.taken_out.is_not(None) if out else plans.IN_PLAN
    )
    if contract:
        wanted = wanted.where(PlanLine.engagement_id == contract)
    count, total = db.session.execute(
        wanted.with_only_columns(func.count(), func.coalesce(func.sum(PlanLine.balance), 0))
    ).one()
    listed = page(wanted, PlanLine.person_id)
    persons = [line.person_id for line in listed.rows]
    scope.note("person", persons)
    return flask.render_template(
        "plans/show.html", plan=plan, by=db.session.scalar(select(Account.name).where(Account.id == plan.by_id)),
        contracts=contracts, contract=contract, out=out, listed=listed, named=plans_people.named(persons), count=count,
        total=int(total), folios=plans_people.portfolios(plan_id, plans.chosen(plan), today), form=form, sentence=sentence,
        states=STATES["plan"], tones=TONES, can=possible("plan", plan.state), from_=plans.places_from(plan), today=today,
        running=running, groups=GROUPS, tiers=TIERS, draws=DRAWS, why=_why, tabs=_by_contract(plan_id, contracts, contract, out),
        offered=[(e.id, f"{partner.name}（{e.title}）") for e, partner in running.values()],
    )  # fmt: skip


def _named(plan_id: uuid.UUID) -> dict[uuid.UUID, Any]:
    """{contract: (it, partner, persons)} of the plan's lines."""
    found = (
        select(Engagement, Organisation, func.count())
        .join(Organisation, Organisation.id == Engagement.org_id)
        .join(PlanLine, PlanLine.engagement_id == Engagement.id)
        .where(PlanLine.plan_id == plan_id)
        .group_by(Engagement.id, Organisation.id)
        .order_by(Organisation.name, Engagement.title)
    )
    return {engagement.id: (engagement, partner, count) for engagement, partner, count in db.session.execute(found)}


def _by_contract(plan_id: uuid.UUID, known: Any, chosen: Any, out: bool) -> list[tuple[str, str, bool]]:
    more = {"show": "out"} if out else {}
    return [(f"{partner.name}（{count:,}）", flask.url_for("plans.show", **{"plan_id": plan_id, "contract": key} | more), key == chosen)
            for key, (_engagement, partner, count) in known.items()]  # fmt: skip


def _contract(known: Any) -> uuid.UUID | None:
    asked = flask.request.args.get("contract", type=uuid.UUID)
    return asked if asked in known else None


def _why(outcome: str) -> str:
    """What the desk wrote, or the reasons why somebody fell out by itself."""
    for prefix, label in WHEN.items():
        if outcome.startswith(prefix):
            codes = outcome.removeprefix(prefix).split(",")
            return f"{_(label)}：{'、'.join(_(REASONS[code]) for code in codes if code in REASONS)}"
    return outcome


@pages.post("/plans/<uuid:plan_id>/moves")
@door("plan:change")
def move(plan_id: uuid.UUID) -> Answer:
    try:
        contract = uuid.UUID(flask.request.form.get("engagement", ""))
    except ValueError:
        flask.abort(400)
    persons = _picked()
    form = plans_forms.TakeOutForm(formdata=None)
    if not persons:
        return _show(plan_id, form, _("委託先を変える方を選んでください。")), 422
    try:
        moved = plans.move(plan_id, persons, engagement_id=contract, by=current_user)
    except plans.NotPlanned as wrong:
        return _show(plan_id, form, _(wrong.label)), 422
    except LookupError:
        flask.abort(409)
    flask.flash(_("%(n)s名の委託先を変えました。", n=f"{moved:,}"), "success")
    return flask.redirect(_address(plan_id))


def _picked() -> list[uuid.UUID]:
    try:
        return [uuid.UUID(key) for key in flask.request.form.getlist("person")]
    except ValueError:
        flask.abort(400)


@pages.post("/plans/<uuid:plan_id>/withdrawals")
@door("plan:change")
def take_out(plan_id: uuid.UUID) -> Answer:
    form, persons = plans_forms.TakeOutForm(), _picked()
    if not form.validate():
        return _show(plan_id, form), 422
    if not persons:
        return _show(plan_id, form, _("発送から抜く方を選んでください。")), 422
    taken = plans.take_out(plan_id, persons, reason=form.reason.data.strip(), by=current_user)
    flask.flash(_("%(n)s名を発送から抜きました。", n=f"{taken:,}"), "success")
    return flask.redirect(_address(plan_id))


@pages.post("/plans/<uuid:plan_id>/cancellation")
@door("plan:cancel")
def cancel(plan_id: uuid.UUID) -> Answer:
    plans.cancel(plan_id, by=current_user)
    flask.flash(_("委託予定を取りやめました。"), "success")
    return flask.redirect(_address(plan_id))


@pages.get("/plans/<uuid:plan_id>/notices")
@door("plan:addresses")
def notices(plan_id: uuid.UUID) -> str:
    return _notices(plan_id, plans_forms.NoticeForm(formdata=None, noticed_on=day_of(scope.now())))


def _notices(plan_id: uuid.UUID, form: plans_forms.NoticeForm, sentence: str | None = None) -> str:
    plan, today, contracts = plans.get(plan_id), day_of(scope.now()), _named(plan_id)
    standing = plans_people.standing(plan_id, plans.chosen(plan), today)
    lines = select(PlanLine).where(
        PlanLine.plan_id == plan_id, plans.IN_PLAN, not_(PlanLine.person_id == among(standing.lost))
    )
    listed = page(lines, PlanLine.person_id)
    persons = [line.person_id for line in listed.rows]
    scope.note("person", persons)
    shown = db.session.execute(plans_people.addressees(plan_id, standing.lost, today, persons)).all()
    return flask.render_template(
        "plans/notices.html", plan=plan, contracts=contracts, listed=listed, shown=shown, form=form, sentence=sentence,
        going=[sum(t.persons for t in standing.totals.values()), sum(t.yen for t in standing.totals.values())], lost=_counted(standing.lost), days=plans.notice_days(today),
        can=possible("plan", plan.state), formats=downloads.LABELS, reasons=REASONS, from_=plans.places_from(plan),
    )  # fmt: skip


def _counted(lost: dict[uuid.UUID, tuple[str, ...]]) -> dict[str, int]:
    """{code: persons}, in the order of the labels; somebody with two reasons counts under both."""
    counts = {code: sum(code in codes for codes in lost.values()) for code in REASONS}
    return {code: count for code, count in counts.items() if count}


@pages.get("/plans/<uuid:plan_id>/notices/file")
@door("plan:addresses")
def notices_file(plan_id: uuid.UUID) -> Answer:
    """The addressees of the notice letter; whoever stands there is noted as taken out."""
    plan, today, contracts = plans.get(plan_id), day_of(scope.now()), _named(plan_id)
    lost = plans_people.standing(plan_id, plans.chosen(plan), today).lost
    rows = db.session.execute(plans_people.addressees(plan_id, lost, today)).all()
    scope.note("person", [row.person_id for row in rows], "export")
    name = _("委託予告_%(day)s", day=today.isoformat())
    return downloads.send(name, [_(head) for head in LETTER], _letters(rows, contracts))


def _letters(rows: Any, contracts: dict[uuid.UUID, Any]) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(rows, 1):
        engagement, partner, _count = contracts[row.engagement_id]
        yield (number, row.name, row.kana, row.to_name, row.postcode, row.address, row.claims, row.balance, partner.name,
               hours(engagement))  # fmt: skip


def hours(contract: Engagement) -> str:
    """When the partner's window takes calls."""
    return _("平日%(a)s〜%(b)s、土日祝%(c)s〜%(d)s", a=f"{contract.weekday_from:%H:%M}", b=f"{contract.weekday_until:%H:%M}",
             c=f"{contract.weekend_from:%H:%M}", d=f"{contract.weekend_until:%H:%M}")  # fmt: skip


@pages.post("/plans/<uuid:plan_id>/notice")
@door("plan:notice")
def notice(plan_id: uuid.UUID) -> Answer:
    form = plans_forms.NoticeForm()
    if not form.validate():
        return _notices(plan_id, form), 422
    try:
        lost = plans.notice(plan_id, noticed_on=form.noticed_on.data, by=current_user)
    except plans.NotPlanned as wrong:
        return _notices(plan_id, form, _(wrong.label)), 422
    flask.flash(_("予告発送日を記録しました。"), "success")
    if lost:
        flask.flash(_("いま引き渡せない%(n)s名は、予定から外しました。", n=f"{lost:,}"), "warning")
    return flask.redirect(_address(plan_id))


@pages.get("/plans/<uuid:plan_id>/placement")
@door("plan:place")
def confirm(plan_id: uuid.UUID) -> str:
    return _confirm(plan_id, DecisionForm(day_of(scope.now()), formdata=None))


def _confirm(plan_id: uuid.UUID, form: DecisionForm) -> str:
    plan, today, contracts = plans.get(plan_id), day_of(scope.now()), _named(plan_id)
    standing = plans_people.standing(plan_id, plans.chosen(plan), today)
    rows = [
        (f"{contracts[key][1].name}（{contracts[key][0].title}）", (t.persons, t.claims, t.yen))
        for key, t in standing.totals.items()
    ]
    totals = [sum(numbers[place] for _name, numbers in rows) for place in range(3)]
    return flask.render_template(
        "plans/place.html", plan=plan, form=form, rows=sorted(rows), totals=totals, lost=_counted(standing.lost),
        lost_count=len(standing.lost), reasons=REASONS, from_=plans.places_from(plan), today=today,
        demanded=placements.notice_required(today), can=possible("plan", plan.state),
    )  # fmt: skip


@pages.post("/plans/<uuid:plan_id>/placement")
@door("plan:place")
def place(plan_id: uuid.UUID) -> Answer:
    form = DecisionForm(day_of(scope.now()))
    if not form.validate():
        return _confirm(plan_id, form), 422
    shown = Total(form.claims.data, form.persons.data, form.yen.data)
    try:
        done = plans.place(
            plan_id, decision_no=form.decision_no.data, decided_on=form.decided_on.data, shown=shown, by=current_user
        )
    except (plans.NotPlanned, placements.NotPlaced) as wrong:
        form.form_errors.append(_(wrong.label))
        return _confirm(plan_id, form), 422
    cases = sum(made.cases for made in done.made)
    flask.flash(_("%(n)s名を引き渡しました（起案番号 %(no)s）。", n=f"{cases:,}", no=form.decision_no.data), "success")
    if not done.fell_out:
        return flask.redirect(_address(plan_id))
    flask.flash(
        _(
            "状況が変わった%(n)s名は、引き渡していません。理由は「抜いた方・外れた方」で確認できます。",
            n=f"{done.fell_out:,}",
        ),
        "warning",
    )
    return flask.redirect(flask.url_for("plans.show", plan_id=plan_id, show="out"))
