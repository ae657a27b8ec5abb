"""Rows beside the stage's that differ from it in one thing each: a call that is up, a closed question, a lifted hold."""

from typing import Any

from tests import cast
from tests.access import stage

ATTEMPT = (
    "insert into shared.attempt (id, org_id, case_id, by_id, at, channel, state, letter_kind, returned_on, returned_reason, verdict)"
    " values (gen_random_uuid(), %(org)s, %(case)s, %(by)s, %(now)s, %(channel)s, %(state)s, 'notice', %(back)s, %(why)s, 'yes')"
)
MORE = (
    "update shared.claim set withdrawn_on = '2026-11-20' where id in (%(kato_claim)s, %(abe_law_claim)s)",
    "insert into shared.claim_event (id, org_id, case_id, claim_id, kind, happened_on) values"
    " (gen_random_uuid(), %(law)s, %(abe_law)s, %(abe_law_claim)s, 'demand', '2024-07-24')",
    "insert into shared.recall_notice (id, org_id, case_id, by_id, at, reason, final_on, state, answered_at, answered_by)"
    " select gen_random_uuid(), org_id, case_id, by_id, at, reason, final_on, 'withdrawn', at, by_id from shared.recall_notice, generate_series(1, 2)",
    "insert into shared.conflict (id, org_id, engagement_id, batch_id, at, due_on, result, answered_at, answered_by, closed_at)"
    " select gen_random_uuid(), org_id, engagement_id, batch_id, at, due_on, 'clear', at, %(lena)s, at from shared.conflict, generate_series(1, 2)",
    "insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at, lifted_at, lifted_by) select gen_random_uuid(),"
    " person_id, 'desk', gen_random_uuid(), source_org, by_id, at, at, %(dora)s from city.hold, generate_series(1, 2)",
    "insert into city.mark (id, person_id, code, reason, by_id, at, ended_at, ended_by, end_reason) select gen_random_uuid(), person_id,"
    " code, reason, by_id, at, at, %(dora)s, '誤り' from city.mark, generate_series(1, 2)",
    "insert into city.approval (id, action, noun_id, reason, asked_by, asked_at) values"
    " (gen_random_uuid(), 'protection:lift', %(mori)s, '解除', %(dan)s, %(now)s)",
    "insert into city.approval (id, action, noun_id, reason, asked_by, asked_at, decided_by, decided_at, decision) values"
    " (gen_random_uuid(), 'protection:lift', %(kato)s, '解除', %(dora)s, %(now)s, %(dan)s, %(now)s, 'refused')",
    "insert into city.intake (id, org_id, by_id, at, file_name, sha256, source, as_of, whole, state) values"
    " (%(undoing)s, %(city)s, %(dan)s, %(now)s, 'x.csv', repeat('1', 64), '01', '2026-11-24', false, 'undoing')",
    "insert into city.person (id, made_by) values (%(made)s, %(undoing)s)",
    "insert into city.debtor (id, person_id, source, number, made_by) values (%(made)s, %(made)s, '01', '77', %(undoing)s)",
    "insert into city.receivable (id, debtor_id, kind_code, kind_version, class, cause_from, cause_to, fiscal_year, instalment, branch,"
    " assessed, paid, due_on, last_day, verdict, as_of, intake_id, made_by) select %(made)s, %(made)s, kind_code, kind_version, class,"
    " cause_from, cause_to, fiscal_year, instalment, branch, assessed, paid, due_on, last_day, verdict, as_of, %(undoing)s, %(undoing)s"
    " from city.receivable limit 1",
    "insert into city.receivable_event (id, receivable_id, kind, happened_on) values (%(made)s, %(made)s, 'demand', '2024-01-01')",
    "insert into city.related (id, debtor_id, relation, name, by_id, at) values (%(made)s, %(made)s, 'heir', '相続　人', %(dora)s, %(now)s)",
    "insert into city.load_image (intake_id, row_id, noun) values (%(undoing)s, %(made)s, 'related')",
    "insert into shared.setting (id, name, valid_from, value, audience) values (gen_random_uuid(), 'x', '2026-04-01', '1', 'city')",
    "insert into shared.tombstone (case_id, org_id, number, ended_at, outcome) select gen_random_uuid(), id, 'x', %(now)s, 'closed'"
    " from shared.organisation where kind <> 'city'",
    "insert into city.person (id, made_by) values (%(lonely)s, null), (%(made_alone)s, %(undoing)s)",
    "insert into city.debtor (id, person_id, source, number, made_by) values (%(lonely)s, %(lonely)s, '01', '78', null),"
    " (%(made_alone)s, %(lonely)s, '01', '79', %(undoing)s)",
    "insert into city.receivable (id, debtor_id, kind_code, kind_version, class, cause_from, cause_to, fiscal_year, instalment, branch,"
    " assessed, paid, due_on, last_day, verdict, as_of, intake_id, made_by) select x.id, %(made)s, kind_code, kind_version, class,"
    " cause_from, cause_to, fiscal_year, x.n, branch, assessed, paid, due_on, last_day, verdict, as_of, %(undoing)s, x.by"
    " from (select * from city.receivable limit 1) r, (values (%(lonely)s::uuid, '8', null::uuid), (%(made_alone)s, '9', %(undoing)s)) x(id, n, by)",
    "insert into city.receivable_event (id, receivable_id, kind, happened_on) values (%(lonely)s, %(lonely)s, 'demand', '2024-01-01'),"
    " (%(made_alone)s, %(lonely)s, 'judgment', '2024-01-01')",
    "insert into city.related (id, debtor_id, relation, name, by_id, at) values (%(lonely)s, %(made)s, 'heir', '相続　人', %(dora)s, %(now)s),"
    " (%(made_alone)s, %(made)s, 'heir', '相続　人', %(dora)s, %(now)s)",
    "insert into city.load_image (intake_id, row_id, noun) values (%(undoing)s, %(made_alone)s, 'related')",
    "insert into shared.tombstone (case_id, org_id, number, ended_at, outcome) select gen_random_uuid(), org_id, 'y', ended_at, outcome"
    " from shared.tombstone where number = 'x'",
    "insert into city.debtor (id, person_id, source, number) select gen_random_uuid(), %(lonely)s, '02', n::text from generate_series(1, 5) n",
    "insert into gate.enrolment (token_hash, account_id, expires_at) values (sha256('x'), %(alma)s, %(now)s)",
    "insert into city.movement (id, intake_id, receivable_id, person_id, code, effect, at) values"
    " (gen_random_uuid(), %(undoing)s, %(made)s, %(made)s, 'vanished', 'none', %(now)s)",
)  # fmt: skip
CALLS = (
    ("mori_north", "alma", "call", "open", None), ("kato_north", "ann", "call", "open", None), ("abe_north", "sora", "call", "open", None),
    ("ueda_law", "lena", "call", "open", None), ("mori_north", "ann", "letter", "done", None), ("mori_north", "ann", "letter", "done", None), ("ueda_law", "lena", "letter", "done", None),
    ("mori_north", "alma", "letter", "done", "2026-11-20"), ("kato_north", "alma", "call", "done", None),
    ("ueda_law", "lena", "letter", "done", "2026-11-20"), ("ito_south", "bo", "call", "open", None),
    ("ueda_law", "lena", "call", "done", None), ("abe_law", "lena", "call", "done", None),
)  # fmt: skip


def fill(urls: dict[str, str]) -> None:
    """As superuser with triggers off, after the stage."""
    names = (
        "lonely",
        "alma",
        "mori",
        "kato",
        "law",
        "abe_law",
        "abe_law_claim",
        "lena",
        "dan",
        "dora",
        "city",
        "undoing",
        "made",
    )
    known: dict[str, Any] = {name: cast.id_(name) for name in names}
    known |= {"made_alone": cast.id_("made alone"), "kato_claim": cast.id_("kato_north_claim"), "now": cast.NOW}
    with stage.superuser(urls) as db:
        db.execute("set session_replication_role = replica")
        for case, by, channel, state, back in CALLS:
            db.execute(ATTEMPT, {"org": cast.id_(case.split("_")[-1]), "case": cast.id_(case), "by": cast.id_(by), "now": cast.NOW,
                                 "channel": channel, "state": state, "back": back, "why": back and "moved"})  # fmt: skip
        for statement in MORE:
            db.execute(statement, known)  # type: ignore[arg-type]
