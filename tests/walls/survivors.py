"""Mutants that change nothing anybody could do: {what the name is like (a regular expression): why, in one sentence}.

A mutant that is killed though it stands here is an error, and so is a line that no mutant needs.
"""

_NO_CITY = "(gate|nightly|recorder|signin|partner_login|city_login|worker_login)"
_NO_AUDIT = (
    "(agent|supervisor|lawyer|desk|welfare|admin|nightly|signin|gate|contact|partner_login|city_login|worker_login)"
)
_ROLES = "(agent|supervisor|lawyer|desk|welfare|auditor|admin|nightly|signin|gate|contact|recorder|partner_login|city_login|worker_login)"
_INNER = r"(gate\.(seal|alive|check_clock)\(.*\)|gate\.enter\(.*\)|access\.sealed\(\)|audit\.foreign_row\(uuid\))"
EQUIVALENTS: dict[str, str] = {
    rf"gate\.\w+ {_ROLES} select: added": "a right on a table in a schema that the role may not even name (no USAGE on gate)",
    r"gate\.\w+: (select to PUBLIC|truncate)": "the same: nobody but the gate's own functions may name what is in the schema gate",
    rf"audit\.event {_NO_AUDIT} select: added": "only the auditor and the recorder have USAGE on the schema audit",
    r"audit\.event: truncate": "the desk has no USAGE on the schema audit",
    r"(shared|city)\.\w+ (nightly|signin|recorder) select: added": "these three have no USAGE on the schemas shared and city",
    r"city\.\w+ gate select: added": "the gate's functions have no USAGE on the schema city",
    r"city\.intake_\w+: open to (nightly|signin)": "both have no USAGE on the schema city",
    rf"gate\.\w+\(.*\): for {_ROLES}": "a function in a schema that the role may not name (no USAGE on gate)",
    rf"audit\.\w+\(.*\): for {_NO_AUDIT}": "a function in a schema that the role may not name (no USAGE on audit)",
    rf"city\.copy_balance\(\): for {_NO_CITY}": "these have no USAGE on the schema city",
    rf"{_INNER}: no search_path": "called only by functions that have a path of their own, which holds inside them too",
    r"(gate\.(seal|check_clock)\(.*\)|audit\.foreign_row\(uuid\)): empty search_path":
        "the same, and it names no type",
    rf"{_INNER}: security invoker": "called only by functions of the same owner, or of one that may do as much",
    r"access\.guard_hands\(\): security invoker": "whoever moves a case, the desk, may read organisations itself",
    r"access\.guard_protection_(hold|move)\(\): security invoker": "whoever lifts or moves a hold, the desk, may read what is asked there itself",
    r"city\.copy_balance\(\): (no|empty) search_path": "runs with the rights of its caller, who gains nothing by his own names",
    r"access\.bind_signin\(.*\): no search_path": "uses no bare name: two functions of ours by schema, and a constant",
    r"access\.(bind_signin|close_session|credential_of|enrolment_of|miss|note|number_cases)\(.*\): empty search_path":
        "with an empty path only types and tables are looked for among the caller's temporary ones, and these name none",
    r"access\.(born_held|freeze|guard_hands|guard_protection|guard_protection_hold|guard_protection_move|rehold|thaw)\(\): empty search_path":
        "the same of these triggers: they name no type, and every table by its schema",
    r"schema access: PUBLIC": "every role of ours has it already, and no other can connect",
    r"(admin|auditor|nightly|signin) is above row security": "on what these may read or change every row is theirs, or they may read nothing",
    r"access\.outbox desk select: USING without part 1: .*": "one's own tickets are always one's own organisation's",
    r"shared\.claim_event lawyer select: USING without part 1: .*": "the claim that must be visible has the same organisation",
    r"shared\.(attempt|casefile) (agent|supervisor|lawyer) update: WITH CHECK true":
        "org_id is no column that they may write, so what passed USING passes the check",
    r"shared\.(conflict|recall_notice) (supervisor|lawyer) update: WITH CHECK without part 1: .*": "the same: org_id is not theirs to write",
    r"shared\.(conflict|recall_notice) (supervisor|lawyer) update: and org_id": "the check lets org_id be what it is, and nothing else",
    r"city\.(hold|placement) mark_moved: always": "the mark is worked out anew from the holds there are: once more changes nothing",
    r"city\.hold unmark_held: always": "the mark goes only when no live hold is left, whenever it is asked",
}  # fmt: skip
