"""委託できない債権 as work lists: per reason how much, what is next and whose turn it is; claim by claim; as a file."""

from collections.abc import Iterator
from typing import Any

import flask
from flask_babel import gettext as _

from portal.access import scope
from portal.access.doors import door
from portal.actions import candidates, exclusions
from portal.clock import day_of
from portal.i18n import N_
from portal.models.receivables import Receivable
from portal.rules.exclusions import SECTIONS, WORK, of_section
from portal.rules.placeability import LABELS
from portal.web import choosing, downloads
from portal.web.choosing import ChoiceForm
from portal.web.paging import page
from portal.web.written import fiscal

pages = flask.Blueprint("exclusions", __name__)
HEADER = (N_("業務"), N_("宛名番号"), N_("氏名"), N_("カナ氏名"), N_("債権種別"), N_("調定年度"), N_("納期限"), N_("残高"),
          N_("委託できない理由"), N_("基準日"), N_("担当"), N_("次にすること"))  # fmt: skip


@pages.get("/exclusions")
@door("exclusion:list")
def index() -> str:
    form = choosing.chosen()
    if not form.partners:
        return flask.render_template("exclusions/index.html", form=form)
    found = candidates.ledger(form.choice(), form.target(day_of(scope.now())))
    reason, section = _narrowed()
    wanted = _wanted(reason, section)
    listed = page(exclusions.claims(found, wanted), Receivable.id)
    claims = candidates.details(found, found.c.receivable_id.in_([row.id for row in listed.rows]))
    scope.note("person", list({claim.person_id for claim in claims}))
    free, kept = candidates.totals(found)
    return flask.render_template(
        "exclusions/index.html", form=form, carried=form.carried(), listed=listed, claims=claims, free=free, kept=kept,
        figures=exclusions.figures(found), total=exclusions.total(found, wanted), reason=reason, section=section,
        labels=LABELS, work=WORK, sections=SECTIONS, formats=downloads.LABELS, law=_law_team(form),
        offered=_sections(form, section),
        years=choosing.years(form, "exclusions.index", **_kept(reason, section)),
    )  # fmt: skip


def _narrowed() -> tuple[str | None, str | None]:
    reason, section = flask.request.args.get("reason"), flask.request.args.get("section")
    return reason if reason in LABELS else None, section if section in SECTIONS else None


def _wanted(reason: str | None, section: str | None) -> tuple[str, ...]:
    """The codes to show; none: every claim that may not be handed over."""
    return (reason,) if reason else of_section(section) if section else ()


def _kept(reason: str | None, section: str | None) -> dict[str, str]:
    return {name: value for name, value in (("reason", reason), ("section", section)) if value}


def _sections(form: ChoiceForm, section: str | None) -> list[tuple[str, str, bool]]:
    return [(_(label), flask.url_for("exclusions.index", section=code, **form.carried()), code == section)
            for code, label in SECTIONS.items()]  # fmt: skip


def _law_team(form: ChoiceForm) -> Any:
    """Where a claim that only lawyers may have is handed over."""
    return next((e.id for e, partner in form.partners.values() if partner.kind == "law_team"), None)


@pages.get("/exclusions/file")
@door("exclusion:export")
def export() -> flask.typing.ResponseReturnValue:
    """The list as it is narrowed, whole; whoever stands in it is noted as taken out."""
    form = choosing.chosen()
    if not form.partners:
        flask.abort(404)
    found = candidates.ledger(form.choice(), form.target(day_of(scope.now())))
    wanted = _wanted(*_narrowed())
    scope.note("person", exclusions.persons(found, wanted), "export")
    name = _("委託できない債権_%(day)s", day=day_of(scope.now()).isoformat())
    return downloads.send(name, [_(head) for head in HEADER], _rows(exclusions.listed(found, wanted)))


def _rows(claims: Iterator[Any]) -> Iterator[tuple[Any, ...]]:
    for c in claims:
        first = WORK[c.reasons[0]]
        yield (
            c.source, c.number, c.name, c.kana, c.kind, fiscal(c.fiscal_year), c.due_on, c.balance,
            "、".join(str(_(LABELS[code])) for code in c.reasons), c.as_of, str(_(SECTIONS[first.section])), str(_(first.next)),
        )  # fmt: skip
