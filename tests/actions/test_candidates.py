"""The rule in Python and the conditions in SQL say the same of every claim."""

import os
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.actions import candidates
from portal.actions.candidates import Choice
from portal.clock import combine
from portal.db import db
from portal.rules.placeability import LABELS, Facts, Target, reasons
from tests import cast, stock

TARGETS = [
    Target("call_centre", cast.TODAY),
    Target("servicer", cast.TODAY),
    Target("law_team", cast.TODAY),
    Target("law_team", cast.TODAY, beside=True),
    Target("call_centre", cast.TODAY, beside=True),
    Target("call_centre", cast.TODAY + timedelta(days=200)),
    Target("law_team", cast.TODAY, checked_for=cast.id_("law_contract")),
    Target("law_team", cast.TODAY, beside=True, checked_for=cast.id_("law_contract"), stands_days=20),
    Target("law_team", cast.TODAY, checked_for=cast.id_("law_contract"), planned=True),
]
FACTS = """
select r.id, r.verdict = 'accepted' as accepted, r.reasons, r.class as class_, r.fiscal_year, r.due_on, r.last_day, r.balance,
       k.entrusted, k.call_centre, k.servicer, d.name is not null as named,
       exists (select from city.debtor x where x.person_id = d.person_id and x.protected) as protected,
       array(select unnest(x.flags) from city.debtor x where x.person_id = d.person_id) as flags,
       array(select m.code from city.mark m where m.person_id = d.person_id and m.ended_at is null) as marks,
       exists (select from city.hold h where h.person_id = d.person_id and h.lifted_at is null) as held,
       exists (select from city.placement_line l where l.receivable_id = r.id and l.lane = %(lane)s and l.ended_at is null) as placed,
       exists (select from city.placement p where p.person_id = d.person_id and p.lane = %(lane)s and p.ended_at is null)
         as person_placed,
       (select c.result from shared.conflict c join city.conflict_person n on n.conflict_id = c.id
         where n.person_id = d.person_id and n.engagement_id = %(contract)s and c.answered_at >= %(since)s
         order by c.answered_at desc limit 1) as conflict
  from city.receivable r join city.debtor d on d.id = r.debtor_id
  join city.claim_kind k on k.code = r.kind_code and k.version = r.kind_version
"""


def by_rule(admin, to):
    asked = {"lane": to.lane, "contract": to.checked_for, "since": combine(to.answers_since, "00:00")}
    cursor = admin.execute(FACTS, asked)
    names = [column.name for column in cursor.description]
    found = {}
    for row in cursor:
        facts = dict(zip(names, row, strict=True))
        key = facts.pop("id")
        facts |= {
            "reasons": frozenset(facts["reasons"]),
            "flags": frozenset(facts["flags"]),
            "marks": frozenset(facts["marks"]),
        }
        found[key] = reasons(Facts(**facts), to)
    return found


def test_sql_and_python_agree(acting, admin):
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    print("SEED", seed)
    stock.fill(admin, seed, persons=400)
    stock.look_up(admin, seed)
    seen = set()
    for to in TARGETS:
        expected = by_rule(admin, to)
        with acting("dan", "placement:select"):
            ledger = candidates.ledger(Choice(), to)
            rows = db.session.execute(sa.select(ledger.c.receivable_id, ledger.c.free, ledger.c.reasons)).all()
            free, kept = candidates.totals(ledger)
            counts = candidates.by_reason(ledger)
        assert {row.receivable_id: tuple(row.reasons) for row in rows} == expected
        assert all(row.free == (not row.reasons) for row in rows)
        assert free.claims == sum(not found for found in expected.values())
        assert kept.claims == len(rows) - free.claims
        assert counts == {code: n for code in LABELS if (n := sum(code in found for found in expected.values()))}
        seen.update(*expected.values())
    assert seen >= {"lawyers_only", "kind_not_for_partner", "kind_not_entrusted", "current_year", "nameless", "held", "placed",
                    "person_placed", "not_accepted", "protected_address", "deceased", "time_barred", "paid",
                    "conflict", "conflict_unchecked"}  # fmt: skip


NORTH = Target("call_centre", cast.TODAY)


@pytest.mark.parametrize(("choice", "claims"), [
    (Choice(), 1), (Choice(kind="201"), 1), (Choice(kind="301"), 0), (Choice(group="child"), 1), (Choice(group="water"), 0),
    (Choice(least=90_000, most=90_000), 1), (Choice(least=90_001), 0), (Choice(most=89_999), 0), (Choice(phone=True), 1),
    (Choice(phone=False), 0), (Choice(due_before=cast.TODAY), 1), (Choice(fiscal_year="2024"), 1), (Choice(fiscal_year="2023"), 0), (Choice(persons=()), 0), (Choice(persons=(cast.id_("free"),)), 1),
    (Choice(persons=(cast.id_("mori"),)), 0),
])  # fmt: skip
def test_conditions(acting, choice, claims):
    """Asked about 原 alone, whose one claim may be handed over, unless the choice names persons itself."""
    with acting("dan", "placement:select"):
        asked = choice if choice.persons is not None else choice.only([cast.id_("free")])
        free, _ = candidates.totals(candidates.ledger(asked, NORTH))
        assert free.claims == claims
