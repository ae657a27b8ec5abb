"""Which stored rows and columns a role reaches when it names none: plain Python over the rows themselves, from the design.

Blind statements (`update t set c = const` and `delete from t` without WHERE) meet the policy of their verb alone.
"""

from collections.abc import Callable
from typing import Any

from tests import cast
from tests.access import oracle, stage
from tests.access.oracle import CASE_TABLES, PARTNER, READS, UNDOABLE, WELFARE_IF_REFERRED

Row = dict[str, Any]
World = dict[str, list[Row]]
HOLDER = {"agent": "north", "supervisor": "north", "lawyer": "law"}
READABLE = {
    **{(role, "organisation"): "id kind name active_from" for role in PARTNER},
    **{(role, "account"): "id org_id role name" for role in (*PARTNER, "desk", "welfare")},
    ("welfare", "casefile"): "id number",
    ("welfare", "placement"): "case_id person_id org_id",
    ("welfare", "debtor"): "id person_id name kana birth sex postcode address building phone1 phone2 protected",
    **{
        ("auditor", table): "id case_id at" for table in ("referral", "return", "review", "acceptance", "recall_notice")
    },
    **{("auditor", table): "id person_id" for table in ("hold", "mark")},
    ("auditor", "approval"): "id noun_id",
    ("auditor", "conflict_person"): "conflict_id person_id",
    ("nightly", "outbox"): "id at next_at done_at tries",
    ("contact", "attempt"): "case_id at channel state result",
    ("contact", "casefile"): "id held_at",
    ("contact", "intake"): "id state",
    ("contact", "debtor"): "person_id protected",
    ("contact", "movement"): "intake_id person_id code decision",
    ("contact", "account"): "id role",
}


def may_read(role: str, table: str, column: str) -> bool:
    if not any(oracle.reads(role, table, situation) != "denied" for situation in oracle.SITUATIONS):
        return False
    return column in READABLE.get((role, table), column).split()


def seen(role: str, table: str, world: World) -> list[Row]:
    return [row for row in world[table] if _sees(role, table, row, world)]


def _sees(role: str, table: str, row: Row, world: World) -> bool:
    if role in PARTNER:
        return may_read(role, table, "id" if table != "contactee" else "case_id") and _partner_sees(
            role, table, row, world
        )
    if role == "desk" and table == "outbox":
        return bool(row["account_id"] == cast.id_("dan"))
    if role == "welfare" and table in WELFARE_IF_REFERRED:
        cases = {r["case_id"] for r in world["referral"]}
        persons = {p["person_id"] for p in world["placement"] if p["case_id"] in cases}
        return (
            row["person_id"] in persons
            if table == "debtor"
            else row["id" if table == "casefile" else "case_id"] in cases
        )
    return table in READS[role]


def _partner_sees(role: str, table: str, row: Row, world: World) -> bool:
    mine = row.get("org_id") == cast.id_(HOLDER[role])
    if table == "organisation":
        return row["id"] == cast.id_(HOLDER[role]) or row["kind"] == "city"
    if table == "setting":
        return bool(row["audience"] == "all")
    if table == "claim":
        return mine and row["withdrawn_on"] is None
    if table == "claim_event":
        gone = {c["id"] for c in world["claim"] if c["withdrawn_on"]}
        return mine and row["claim_id"] not in gone
    return mine and (table in CASE_TABLES or table in ("tombstone", "engagement", "account") or role == "lawyer")


def changed(role: str, table: str, world: World) -> list[Row]:
    """What a blind UPDATE of a column that the role may write gets at."""
    reach = CHANGES.get(("partner" if role in PARTNER else role, table), lambda _row, _role: True)
    own = {cast.id_(HOLDER[role])} if role in PARTNER else None
    return [r for r in world[table] if (own is None or r.get("org_id") in own) and reach(r, role)]


def _attempt(row: Row, role: str) -> bool:
    mine = row["by_id"] == cast.id_(stage.WHO[role]) and row["state"] == "open"
    return mine or (row["channel"] == "letter" and row["returned_on"] is None)


CHANGES: dict[tuple[str, str], Callable[[Row, str], bool]] = {
    ("partner", "attempt"): _attempt,
    ("partner", "recall_notice"): lambda row, _: row["state"] == "announced",
    ("partner", "conflict"): lambda row, _: row["closed_at"] is None,
    ("desk", "mark"): lambda row, _: row["ended_at"] is None,
    ("desk", "hold"): lambda row, _: row["lifted_at"] is None,
    ("desk", "approval"): lambda row, role: row["decision"] is None and row["asked_by"] != cast.id_(stage.WHO[role]),
}


def lost(role: str, table: str, world: World) -> list[Row]:
    """What a blind DELETE takes: the desk's own kinds, and of the ledger only what a load made that is being undone."""
    if table not in UNDOABLE.get(role, set()):
        return world[table] if table in oracle.DELETES.get(role, set()) else []
    undoing = {i["id"] for i in world["intake"] if i["state"] == "undoing"}
    made = {m["row_id"] for m in world["load_image"] if m["intake_id"] in undoing and m["before"] is None}
    if table == "movement":
        return [r for r in world[table] if r["intake_id"] in undoing]
    if table in ("related", "receivable_event"):
        return [r for r in world[table] if r["id"] in made]
    return [r for r in world[table] if r["made_by"] in undoing]
