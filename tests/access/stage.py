"""One row of every table for every situation, and the real logins to ask with."""

import uuid
from typing import Any

import psycopg

from portal.bootstrap import connect
from tests import cast
from tests.access.oracle import PARTNER

WHO = {
    "agent": "alma",
    "supervisor": "sora",
    "lawyer": "lena",
    "desk": "dan",
    "welfare": "wim",
    "auditor": "auda",
    "admin": "adi",
}
CASES = {"own": "mori_north", "unreferred": "kato_north", "other": "ito_south", "recalled": "recalled_north",
         "protected": "protected_north", "closed": "goto_gone"}  # fmt: skip
LAW_CASES = CASES | {"own": "ueda_law", "unreferred": "abe_law"}
PERSON = {"mori_north": "mori", "kato_north": "kato", "ito_south": "ito", "recalled_north": "recalled",
          "protected_north": "protected", "goto_gone": "goto", "ueda_law": "ueda", "abe_law": "abe"}  # fmt: skip
CHILDREN = {
    "shared.attempt": "(id, org_id, case_id, by_id, at, channel, state, letter_kind, verdict)"
    " values (%(id)s, %(org)s, %(case)s, %(by)s, %(now)s, 'letter', 'done', 'notice', 'yes')",
    "shared.return": "(id, org_id, case_id, by_id, at, reason) values (%(id)s, %(org)s, %(case)s, %(by)s, %(now)s, 'refused')",
    "shared.review": "(id, org_id, case_id, by_id, at, decision, reasons)"
    " values (%(id)s, %(org)s, %(case)s, %(by)s, %(now)s, 'inquire', '所得の確認')",
    "city.receipt": "(id, org_id, case_id, by_id, at, rule, facts, verdict, reasons)"
    " values (%(id)s, %(org)s, %(case)s, %(by)s, %(now)s, 'contact-1', '{}', 'yes', '{}')",
    "city.hold": "(id, person_id, kind, source_id, source_org, by_id, at)"
    " values (%(id)s, %(person)s, 'desk', %(id)s, %(city)s, %(dora)s, %(now)s)",
    "city.approval": "(id, action, noun_id, reason, asked_by, asked_at)"
    " values (%(id)s, 'protection:lift', %(person)s, '解除', %(dora)s, %(now)s)",
    "city.intake_line": "(intake_id, line, verdict, reasons, warnings) values (%(id)s, 2, 'accepted', '{}', '{}')",
    "city.intake_stage": "(line, source, number, person, claim_id, kind_code, kind_version, class, cause_from, cause_to,"
    " fiscal_year, instalment, branch, assessed, paid, late_charge, demand_fee, due_on, last_day, verdict, reasons, warnings)"
    " values (2, '01', '1', 1, %(id)s, '201', 1, 'private', '0001-01-01', '9999-12-31', '2024', '1', '0', 1, 0, 0, 0,"
    " '2024-06-30', '2029-06-30', 'accepted', '{}', '{}')",
    "city.intake_person": "(person, line, protected, flags, debtor_id, person_id) values (1, 2, false, '{}', %(id)s, %(id)s)",
    "city.intake_spoilt": "(line, source, number, kind_code, fiscal_year, instalment, branch, verdict)"
    " values (2, '01', %(id)s, '201', '2024', '1', '0', 'rejected')",
    "city.mapping": "(id, by_id, at, source, headings, kinds) values (%(id)s, %(dora)s, %(now)s, '01', '{}', '{}')",
    "city.load_image": "(intake_id, row_id, noun, before) values (%(intake)s, %(id)s, 'debtor', '{}')",
    "city.movement": "(id, intake_id, receivable_id, person_id, code, effect, at)"
    " values (%(id)s, %(intake)s, %(receivable)s, %(person)s, 'vanished', 'none', %(now)s)",
    "city.match": "(id, kept_id, other_id, at, score, reasons) values (%(id)s, %(person)s, %(other)s, %(now)s, 90, '{}')",
    "city.related": "(id, debtor_id, relation, name, by_id, at) values (%(id)s, %(debtor)s, 'guarantor', '保証　人', %(dora)s, %(now)s)",
    "city.mark": "(id, person_id, code, reason, by_id, at) values (%(id)s, %(person)s, 'bankruptcy', '官報', %(dora)s, %(now)s)",
    "city.plan": "(id, by_id, at, title, choice, rules, seed) values (%(id)s, %(dora)s, %(now)s, '11月分', '{}', '[]', 1)",
    "city.plan_line": "(plan_id, person_id, engagement_id, claims, balance, tier)"
    " values (%(id)s, %(person)s, %(contract)s, 1, 1, 'small')",
    "shared.conflict": "(id, org_id, engagement_id, batch_id, at, due_on, name)"
    " values (%(id)s, %(org)s, %(contract)s, %(id)s, %(now)s, '2026-12-02', '照会　名')",
    "city.conflict_person": "(conflict_id, person_id, engagement_id, by_id) values (%(id)s, %(person)s, %(contract)s, %(dora)s)",
    "shared.acceptance": "(id, org_id, case_id, by_id, at, decision, note) values (%(id)s, %(org)s, %(case)s, %(by)s, %(now)s, 'asked', '資料')",
    "shared.recall_notice": "(id, org_id, case_id, by_id, at, reason, final_on)"
    " values (%(id)s, %(org)s, %(case)s, %(dora)s, %(now)s, '契約の変更', '2026-12-09')",
    "access.daily": "(name, day, by_id, done_at) values (%(case)s::text, '2026-11-25', %(dora)s, %(now)s)",
    "access.progress": "(ticket_id, done, total) values (%(id)s, 1, 2)",
    "access.outbox": "(id, org_id, account_id, action, args, at)"
    " values (%(id)s, %(city)s, %(ticketer)s, 'intake:check', '{}', %(now)s)",
    "shared.setting": "(id, name, valid_from, value, audience) values (%(id)s, %(case)s::text, '2026-04-01', '4', %(audience)s)",
    "audit.event": "(at, actor_role, login, action, noun, verb, ids) values (%(now)s, 'x', 'x', 'x', 'x', 'read', '{}')",
}
REFERRED = {
    "shared.referral": "(id, org_id, case_id, by_id, at, noticed_by, urgency, boxes, words, consent)"
    " values (%(id)s, %(org)s, %(case)s, %(by)s, %(now)s, 'call', 'medium', '{income}', '食費がない', 'oral')",
    "city.care": "(referral_id, state, received_at, received_by, acknowledge_by, answer_by)"
    " values (%(id)s, 'received', %(now)s, %(wim)s, %(now)s, %(now)s)",
    "city.assessment": "(id, referral_id, by_id, at, kind, body)"
    " values (%(id)s, %(id)s, %(wim)s, %(now)s, 'contact', '電話')",
}


def row_id(case: str) -> uuid.UUID:
    return cast.id_(f"stage:{case}")


def fill(urls: dict[str, str]) -> None:
    """As superuser with triggers off. Every case gets a row in every table; no unreferred one gets a referral."""
    with _superuser(urls) as db:
        db.execute("set session_replication_role = replica")
        for case in PERSON:
            known = _values(db, case)
            referred = {} if case in (CASES["unreferred"], LAW_CASES["unreferred"]) else REFERRED
            for table, words in {**CHILDREN, **referred}.items():
                db.execute(f"insert into {table} {words}", known)  # type: ignore[arg-type]


def _values(db: psycopg.Connection[Any], case: str) -> dict[str, Any]:
    ((org,),) = db.execute("select org_id from shared.casefile where id = %s", [cast.id_(case)])
    author = {"north": "alma", "south": "bo", "law": "lena", "gone": "gus"}[case.split("_")[-1]]
    return {
        "id": row_id(case), "org": org, "case": cast.id_(case), "person": cast.id_(PERSON[case]), "by": cast.id_(author),
        "intake": cast.id_("intake"), "receivable": cast.id_(f"{PERSON[case]}_receivable"), "debtor": cast.id_(f"{PERSON[case]}_debtor"),
        "other": cast.id_("free"), "contract": cast.id_(f"{case.split('_')[-1]}_contract"),
        "now": cast.NOW, "city": cast.id_("city"), "dora": cast.id_("dora"), "wim": cast.id_("wim"),
        "ticketer": cast.id_("dan" if case in ("mori_north", "ueda_law") else "dora"),
        "audience": "all" if case in ("mori_north", "kato_north", "ueda_law", "abe_law") else "city",
    }  # fmt: skip


def _superuser(urls: dict[str, str]) -> psycopg.Connection[Any]:
    return connect(
        urls["DATABASE_ADMIN_URL"].replace("/postgres?", f"/{urls['DATABASE_OWNER_URL'].split('/')[-1].split('?')[0]}?")
    )


superuser = _superuser


def ask_as(role: str, urls: dict[str, str]) -> psycopg.Connection[Any]:
    """A connection of the role's real login, with an open transaction bound to a member of the cast."""
    zone = "PARTNER" if role in PARTNER else "WORKER" if role == "nightly" else "CITY"
    db = connect(urls[f"DATABASE_{zone}_URL"])
    db.autocommit = False
    calls = {
        "nightly": "access.bind_nightly('jobs:sweep', %(now)s)",
        "signin": "access.bind_signin('session:open', %(now)s)",
    }
    call = calls.get(role, "access.bind(%(token)s, 'test:ask', %(now)s)")
    token = bytes.fromhex(cast.token(WHO[role])[2:]) if role in WHO else b""
    db.execute(f"select set_config('role', b.role, true) from {call} b", {"now": cast.NOW, "token": token})  # type: ignore[arg-type]
    return db


def key_of(table: str, role: str, situation: str) -> tuple[str, Any]:
    """The column and value that name the row of this situation."""
    name = table.split(".")[1]
    # what moves limitation is disclosed to law teams only, so only their cases have such rows
    case = (LAW_CASES if role == "lawyer" or name == "claim_event" else CASES)[situation]
    person, org = PERSON[case], case.split("_")[-1]
    named = {
        "casefile": ("id", cast.id_(case)), "contactee": ("case_id", cast.id_(case)), "claim": ("id", cast.id_(f"{case}_claim")),
        "claim_event": ("id", cast.id_(f"{case}_event")), "tombstone": ("case_id", cast.id_(case)),
        "placement": ("case_id", cast.id_(case)), "placement_line": ("claim_id", cast.id_(f"{case}_claim")),
        "entrustment": ("id", cast.id_(f"{case}_entrustment")), "disclosure": ("id", cast.id_(f"{case}_disclosure")),
        "person": ("id", cast.id_(person)), "debtor": ("id", cast.id_(f"{person}_debtor")),
        "receivable": ("id", cast.id_(f"{person}_receivable")), "receivable_event": ("id", cast.id_(f"{person}_event")),
        "claim_kind": ("code", "201"), "intake": ("id", cast.id_("intake")), "intake_line": ("intake_id", row_id(case)),
        "intake_stage": ("claim_id", row_id(case)), "intake_person": ("debtor_id", row_id(case)), "progress": ("ticket_id", row_id(case)),
        "care": ("referral_id", row_id(case)), "load_image": ("row_id", row_id(case)), "plan_line": ("plan_id", row_id(case)),
        "intake_spoilt": ("number", str(row_id(case))), "conflict_person": ("conflict_id", row_id(case)), "daily": ("name", str(cast.id_(case))),
    }  # fmt: skip
    if name in ("organisation", "engagement", "account"):
        return "id", _taking_part(name, org, situation)
    return named.get(name, ("id", row_id(case)))


def _taking_part(name: str, org: str, situation: str) -> uuid.UUID:
    """recalled and protected cases have gone to the city: there the city's own rows are asked for."""
    holder = "city" if situation in ("recalled", "protected") else org
    contract = "south" if holder == "city" else holder
    author = {"north": "alma", "south": "bo", "law": "lena", "gone": "gus", "city": "dan"}[holder]
    return {
        "organisation": cast.id_(holder),
        "engagement": cast.id_(f"{contract}_contract"),
        "account": cast.id_(author),
    }[name]
