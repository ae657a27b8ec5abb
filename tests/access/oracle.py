"""What the wall must answer, in plain Python and from the design alone: it never looks at the policy table.

A question is (role, table, verb, situation). An answer is `rows`, `none` (nothing there, as far as one can tell) or `denied`.
"""

PARTNER = ("agent", "supervisor", "lawyer")
ROLES = (*PARTNER, "desk", "welfare", "auditor", "admin", "nightly", "signin")
# Whose case it is, as seen from the asking partner. `unreferred`: the partner's own, but nobody in hardship.
SITUATIONS = ("own", "unreferred", "other", "recalled", "protected", "closed")
OWN = ("own", "unreferred")

CASE_TABLES = {"casefile", "contactee", "claim", "attempt", "referral", "return", "acceptance", "recall_notice"}
LAW_TABLES = {"claim_event", "review", "conflict"}
EVERYBODYS = {"organisation", "engagement", "account", "setting"}
LINKS = {"entrustment", "placement", "placement_line", "disclosure", "hold", "approval"}
LEDGER = {"claim_kind", "person", "debtor", "receivable", "receivable_event"}
PEOPLE = {"match", "related", "mark", "plan", "plan_line", "conflict_person"}
INTAKE = {"mapping", "intake", "intake_line", "load_image", "movement"}

READS = {
    "desk": EVERYBODYS
    | CASE_TABLES
    | LAW_TABLES
    | LINKS
    | LEDGER
    | PEOPLE
    | INTAKE
    | {"tombstone", "care", "progress", "daily", "intake_stage", "intake_person", "intake_spoilt"},
    "welfare": {"organisation", "account", "referral", "care", "assessment"},
    "auditor": {
        "organisation",
        "account",
        "casefile",
        "attempt",
        "tombstone",
        "placement",
        "receipt",
        "debtor",
        "event",
        "referral",
        "return",
        "review",
        "hold",
        "approval",
        "mark",
        "acceptance",
        "recall_notice",
        "disclosure",
        "conflict_person",
    },
    "admin": {"organisation", "engagement", "account"},
    "nightly": {"outbox", "progress", "daily"},
    "signin": set(),
    # the owners of the narrow functions, who sign in nowhere
    "gate": {
        "credential",
        "session",
        "secret",
        "deployment",
        "enrolment",
        "account",
        "organisation",
        "engagement",
        "outbox",
    },
    "contact": {
        "placement",
        "person",
        "debtor",
        "hold",
        "attempt",
        "casefile",
        "intake",
        "movement",
        "account",
        "approval",
    },
    "recorder": set(),
}
STAGES = {"intake_stage", "intake_spoilt", "intake_person"}  # the desk's own, emptied with every load
WELFARE_IF_REFERRED = {"casefile", "placement", "debtor"}

INSERTS = {
    "agent": {"attempt", "referral", "return", "receipt"},
    "supervisor": {"attempt", "referral", "return", "receipt", "acceptance"},
    "lawyer": {"attempt", "referral", "return", "receipt", "acceptance", "review"},
    "desk": {"casefile", "contactee", "claim", "claim_event", "tombstone", "person", "debtor", "receivable", "receivable_event",
             "entrustment", "disclosure", "placement", "placement_line", "hold", "approval", "intake", "intake_line",
             "intake_stage", "intake_person", "intake_spoilt", "outbox", "recall_notice", "conflict", "mapping", "load_image", "movement",
             *PEOPLE},
    "welfare": {"care", "assessment"},
    "auditor": set(),
    "admin": {"organisation", "engagement", "account"},
    "nightly": {"progress"},
    "signin": set(),
    "gate": {"credential", "session", "enrolment", "account", "organisation"},
    "contact": {"hold"},
    "recorder": {"event"},
}  # fmt: skip
DELETES = {"desk": {"contactee", "claim_event", "intake_line", "load_image"}}
# only what a load made that is being undone: nothing of the cast's ledger
UNDOABLE = {"desk": {"person", "debtor", "receivable", "receivable_event", "related", "movement"}}

_PARTNER_UPDATES = {
    "casefile": "tries last_at band reason next_at version leased_by leased_until fence",
    "attempt": "state result outcome identified note next_on next_from next_until stops returned_on returned_reason",
}
UPDATES = {
    "agent": _PARTNER_UPDATES,
    "supervisor": _PARTNER_UPDATES | {"recall_notice": "objection objected_at objected_by"},
    "lawyer": _PARTNER_UPDATES
    | {
        "recall_notice": "objection objected_at objected_by",
        "conflict": "result note answered_at answered_by",
    },
    "desk": {
        "casefile": "org_id state balance claims oldest_due paid_through has_phone band reason next_at leased_by leased_until"
        " version",
        "claim": "assessed late_charge demand_fee balance due_on last_day notice_no summary changed_on withdrawn_on",
        "acceptance": "answer answered_at answered_by",
        "recall_notice": "state answer answered_at answered_by",
        "conflict": "name kana birth closed_at",
        "match": "kept_id other_id score reasons state decided_at decided_by note moved",
        "related": "name kana postcode address phone valid_from valid_until protected intake_id",
        "mark": "person_id ended_at ended_by end_reason",
        "plan": "title state noticed_on waits_until ended_at",
        "plan_line": "engagement_id taken_out",
        "movement": "decision note decided_at decided_by",
        "disclosure": "person_id",
        "conflict_person": "person_id",
        "attempt": "number address state",  # a recall ends an open call and forgets where a protected person was reached
        "referral": "outcome",
        "return": "state answered_at answered_by answer",
        "review": "state answered_at answered_by answer",
        "person": "id",
        "debtor": "person_id name kana birth sex postcode address building phone1 phone2 protected flags",
        "receivable": "assessed paid late_charge demand_fee due_on last_day verdict reasons warnings memo summary notice_no"
        " as_of intake_id",
        "placement": "person_id ended_at end_reason",
        "placement_line": "ended_at",
        "hold": "person_id lifted_at lifted_by lift_reason",
        "approval": "decided_by decided_at decision",
        "intake": "state trouble encoding mapping_id lines totals ticket_id checked_at loaded_at undone_at undone_by",
    },
    "welfare": {
        "referral": "received_at outcome",
        "care": "state decided_at decided_by decline_reason stage outcome closed_at",
    },
    "admin": {"account": "ends"},
    "nightly": {"outbox": "next_at tries error", "progress": "done total"},
    "gate": {
        "credential": "password_hash totp last_step failed locked_until",
        "session": "ended_at",
        "enrolment": "used_at",
        "deployment": "test_clock",
        "engagement": "numbered",
        "outbox": "done_at",
    },
    "contact": {"person": "id", "casefile": "held_at", "approval": "used_at"},
}


def reads(role: str, table: str, situation: str) -> str:
    if role in PARTNER:
        return _partner_reads(role, table, situation)
    if role == "desk" and table == "outbox":
        return "rows" if situation == "own" else "none"  # one's own tickets
    if role == "welfare" and table in WELFARE_IF_REFERRED:
        return "none" if situation == "unreferred" else "rows"
    return "rows" if table in READS[role] else "denied"


def _partner_reads(role: str, table: str, situation: str) -> str:
    mine = "rows" if situation in OWN else "none"
    if table in CASE_TABLES or table in ("engagement", "account"):
        return mine
    if table in LAW_TABLES:
        return mine if role == "lawyer" else "denied"
    if table == "tombstone":  # all that is left of what it held once
        return "rows" if situation in ("recalled", "protected") and role != "lawyer" else "none"
    if table == "organisation":  # itself, and the city it works for
        return "rows" if situation in (*OWN, "recalled", "protected") else "none"
    if table == "setting":
        return "rows" if situation in OWN else "none"
    return "denied"


def inserts(role: str, table: str, situation: str) -> str:
    """Whether a row of one's own making, for the case of this situation, passes grant and WITH CHECK."""
    if table not in INSERTS[role]:
        return "denied"
    if role in PARTNER:
        return "rows" if situation in OWN else "denied"
    return "rows"


def updates(role: str, table: str, column: str, situation: str) -> str:
    """What `update … set column = …` reaches. Only open calls of one's own and letters not yet returned can change."""
    if column not in UPDATES.get(role, {}).get(table, "").split():
        return "denied"
    if role in PARTNER:
        return "rows" if situation in OWN else "none"
    return "rows"


def deletes(role: str, table: str) -> str:
    if table in UNDOABLE.get(role, set()):
        return "none"
    return "rows" if table in DELETES.get(role, set()) else "denied"
