"""外部提供記録: of one person, on a sheet to print; and of a period, as a list."""

import uuid

import flask
from flask_babel import gettext as _

from portal.access import scope
from portal.access.doors import door
from portal.actions import disclosures, persons, placed
from portal.actions.arrays import among
from portal.clock import day_of
from portal.models.placements import Disclosure
from portal.rules.disclosures import FIELDS
from portal.web import downloads, periods
from portal.web.paging import page
from portal.web.written import moment

pages = flask.Blueprint("disclosures", __name__)
DAYS = 31


@pages.get("/persons/<uuid:person_id>/disclosures", endpoint="person")
@door("disclosure:person")
def of_person(person_id: uuid.UUID) -> str:
    person = persons.known(person_id)
    scope.note("person", [person_id])
    given = disclosures.of_person(person_id)
    return flask.render_template(
        "disclosures/person.html", person=person, given=given, fields=FIELDS, today=day_of(scope.now()),
        claims=disclosures.claims([row.Disclosure for row in given]),
    )  # fmt: skip


@pages.get("/disclosures")
@door("disclosure:list")
def index() -> str:
    period, org = periods.asked(DAYS), _partner()
    found = disclosures.entries(period, org)
    count, people = disclosures.total(found)
    listed = page(found, Disclosure.at, Disclosure.id, newest_first=True)
    lines = disclosures.lines(Disclosure.id == among([row.id for row in listed.rows]))
    scope.note("person", list({row.Disclosure.person_id for row in lines}))
    return flask.render_template(
        "disclosures/index.html", listed=listed, lines=lines, count=count, people=people, period=period, org=org,
        presets=periods.presets(), partners=placed.partners(), fields=FIELDS, formats=downloads.LABELS,
    )  # fmt: skip


@pages.get("/disclosures/export")
@door("disclosure:export")
def export() -> flask.typing.ResponseReturnValue:
    period, org = periods.asked(DAYS), _partner()
    found = disclosures.entries(period, org).with_only_columns(Disclosure.id)
    lines = disclosures.lines(Disclosure.id.in_(found))
    people = list(dict.fromkeys(row.Disclosure.person_id for row in lines))
    for start in range(0, len(people), 1000):
        scope.note("person", people[start : start + 1000], "export")
    head = (_("提供した日時"), _("提供先"), _("案件番号"), _("氏名"), _("提供した項目"), _("債権の件数"), _("根拠"),
            _("起案番号"), _("担当"), _("委託の終了"))  # fmt: skip
    rows = (
        (moment(e.at), row.partner, row.number, row.name, _("、").join(_(FIELDS.get(code, code)) for code in e.fields),
         len(e.receivables), e.ground, e.decision_no, row.giver, moment(row.ended_at) if row.ended_at else None)
        for row in lines for e in [row.Disclosure]
    )  # fmt: skip
    name = f"disclosures-{period.first.isoformat()}-{period.last.isoformat()}"
    return downloads.send(name, head, rows)


def _partner() -> uuid.UUID | None:
    try:
        return uuid.UUID(flask.request.args.get("org", ""))
    except ValueError:
        return None
