"""Everything one can ask of a table as one role, and what plain Python says the answer must be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from tests import cast
from tests.access import oracle, sight, stage
from tests.access.asking import AUTHORS, SIGNED, VALUES, change, insert, made_for
from tests.access.oracle import SITUATIONS
from tests.access.test_inserts import ONCE
from tests.walls.standing import DEFINERS, LOGINS, Stand

DENIED = "denied"
EARLIER = "2026-11-01T09:00:00+09"
_ME = {who: str(cast.id_(name)) for who, name in stage.WHO.items()}
# what each may do whole, and blindly, to every row that waits for it
ACTS: dict[tuple[str, str], str] = {
    ("desk", "approval"): "decision = 'approved', decided_at = now(), decided_by = {me}",
    ("desk", "hold"): "lifted_at = now(), lifted_by = {me}",
    ("desk", "mark"): "ended_at = now(), end_reason = '誤り', ended_by = {me}",
    ("desk", "acceptance"): "answer = '可', answered_at = now(), answered_by = {me}",
    ("desk", "recall_notice"): "state = 'final', answered_at = now(), answered_by = {me}",
    ("desk", "movement"): "decision = 'seen', decided_at = now(), decided_by = {me}",
    ("desk", "match"): "state = 'apart', decided_at = now(), decided_by = {me}",
    **{("desk", table): "answer = '可', answered_at = now(), answered_by = {me}" for table in ("return", "review")},
    **{
        (who, "recall_notice"): "objection = '異議', objected_at = {now}, objected_by = {me}"
        for who in ("supervisor", "lawyer")
    },
    ("lawyer", "conflict"): "result = 'clear', answered_at = now(), answered_by = {me}",
}
# what may be added beside the sample
ALSO: dict[str, list[dict[str, Any]]] = {
    "movement": [{"decision": "seen", "decided_at": cast.NOW, "decided_by": cast.id_("dan")}],
    "match": [
        {"by_id": None, "kept_id": cast.id_("lonely")},
        {"state": "joined", "decided_at": cast.NOW, "decided_by": cast.id_("dan"), "kept_id": cast.id_("lonely")},
    ],
}
MAY_STAY_UNSIGNED = ("hold", "mark", "match")
COLLEAGUE = {"agent": "ann", "supervisor": "alma", "lawyer": "alma", "desk": "dora", "welfare": "dan"}
_ANSWERED = {"answer": "可", "answered_at": cast.NOW, "answered_by": cast.id_("dan")}
_BACK: dict[str, Any] = {"at": EARLIER}
# what nobody may write into a row of his own: another's word, and another hour
FORGED: dict[str, list[dict[str, Any]]] = {
    "referral": [{"received_at": cast.NOW}, {"outcome": "working"}, _BACK],
    "return": [{"state": "accepted"}, {"answer": "可"}, {"answered_at": cast.NOW}, {"answered_by": cast.id_("dan")}, _BACK],
    "review": [{"state": "accepted"}, {"answer": "可"}, {"answered_at": cast.NOW}, {"answered_by": cast.id_("dan")}, _BACK],
    "acceptance": [_ANSWERED, _BACK],
    "recall_notice": [{"state": "withdrawn"}, {"answered_at": cast.NOW, "answered_by": cast.id_("dan")},
                      {"objection": "異議", "objected_at": cast.NOW, "objected_by": cast.id_("sora")}],
    "conflict": [{"result": "clear", "answered_at": cast.NOW, "answered_by": cast.id_("lena")},
                 {"closed_at": cast.NOW, "name": None, "kana": None, "birth": None}],
    "match": [{"state": "joined", "decided_at": cast.NOW, "decided_by": cast.id_("dora")}],
    "movement": [{"decision": "seen", "decided_at": cast.NOW, "decided_by": cast.id_("dora")}],
    "mark": [{"ended_at": cast.NOW, "ended_by": cast.id_("dan"), "end_reason": "誤り"}],
    "hold": [{"lifted_at": cast.NOW, "lifted_by": cast.id_("dan")}],
    "approval": [{"decision": "approved", "decided_at": cast.NOW, "decided_by": cast.id_("dora")}],
    "intake": [{"org_id": cast.id_("north")}],
    "outbox": [{"org_id": cast.id_("north")}],
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """`must`: a number of rows, or denied. Where rows are reached, an error of a constraint is as good an answer,

    but not where the question is `exact`.
    """

    who: str
    about: str
    words: str
    values: tuple[Any, ...]
    must: int | str
    counts: bool = False
    exact: bool = False

    def wrong(self, stand: Stand) -> str | None:
        # the owners of functions have no sealed context of their own here: the trail stops them after the wall let them pass
        refusals = ("42501",) if self.who in DEFINERS else ("42501", "28000")
        seen = answer(stand.db, self.words, self.values, self.counts, refusals)
        if seen == self.must or (seen == "reached" and isinstance(self.must, int) and self.must and not self.exact):
            return None
        return f"{self.who} {self.about}: is {seen}, must be {self.must}"


def answer(db: psycopg.Connection[Any], words: str, values: Any, counts: bool, refusals: tuple[str, ...]) -> int | str:
    try:
        with db.transaction(force_rollback=True):
            found = db.execute(words, values)  # type: ignore[arg-type]
            return found.fetchall()[0][0] if counts else found.rowcount
    except psycopg.Error as error:
        return DENIED if error.sqlstate in refusals else "reached"


def of_table(stand: Stand, who: str, table: str) -> Iterator[Question]:
    """Blind questions first: they tell most."""
    name, columns = table.split(".")[1].strip('"'), stand.columns[table]
    if who == "owner" or who in LOGINS:
        yield from _of_nobody(stand, who, table, name)
        return
    seen, changed, lost = (find(who, name, stand.world) for find in (sight.seen, sight.changed, sight.lost))
    readable = [c for c in columns if sight.may_read(who, name, c)]
    writable = oracle.UPDATES.get(who, {}).get(name, "").split()
    yield Question(
        who, f"counts {table}", f"select count(*) from {table}", (), len(seen) if readable else DENIED, counts=True
    )
    for column, kind in columns.items():
        may = len(changed) if column in writable else DENIED
        yield Question(
            who, f"sets {table}.{column}", f"update {table} set {change_of(who, name, column, kind)}", (), may
        )
    deletes = name in oracle.DELETES.get(who, set()) | oracle.UNDOABLE.get(who, set())
    yield Question(who, f"empties {table}", f"delete from {table}", (), len(lost) if deletes else DENIED)
    staged = who == "desk" and name in oracle.STAGES
    yield Question(who, f"truncates {table}", f"truncate {table}", (), -1 if staged else DENIED)
    yield from _inserts(stand, who, table, name)
    yield from _acts(who, table, name, changed)
    yield from _losses(who, table, name)
    yield from _signatures(who, table, name, writable, changed)
    for column in columns:
        yield Question(
            who,
            f"reads {table}.{column}",
            f'select "{column}" from {table}',
            (),
            len(seen) if column in readable else DENIED,
        )
    for column in columns:
        both = column in writable and column in readable
        yield Question(who, f"keeps {table}.{column}", f'update {table} set "{column}" = "{column}"', (),
                       _kept(who, name, [r for r in changed if r in seen]) if both else DENIED)  # fmt: skip


def change_of(who: str, name: str, column: str, kind: str) -> str:
    return f'"{column}" = {VALUES[kind]}' if who in DEFINERS else change(who, name, column, kind)


def _of_nobody(stand: Stand, who: str, table: str, name: str) -> Iterator[Question]:
    """A bare login has no right; the owner has every right and no row, but on the stage of a load and on its own list."""
    if who in LOGINS:
        yield Question(who, f"counts {table}", f"select count(*) from {table}", (), DENIED, counts=True)
        return
    there = len(stand.world[name]) if name in oracle.STAGES else 0
    yield Question(who, f"counts {table}", f"select count(*) from {table}", (), there, counts=True)


def _acts(who: str, table: str, name: str, changed: list[Any]) -> Iterator[Question]:
    if act := ACTS.get((who, name)):
        words = act.format(me=f"'{_ME[who]}'", now=f"'{cast.NOW}'")
        yield Question(who, f"acts on {table}", f"update {table} set {words}", (), len(changed), exact=True)


def _losses(who: str, table: str, name: str) -> Iterator[Question]:
    """Of rows that nothing hangs on: what a load that is being undone made, and what it did not."""
    if name in oracle.UNDOABLE.get(who, set()) - {"movement"}:
        for row, must in (("made alone", 1), ("lonely", 0)):
            yield Question(
                who,
                f"deletes {row} of {table}",
                f"delete from {table} where id = %s",
                (cast.id_(row),),
                must,
                exact=True,
            )


def _kept(who: str, name: str, rows: list[dict[str, Any]]) -> int | str:
    """Whoever writes must sign, so what another signed cannot even be written as it was."""
    signature = SIGNED.get(who, {}).get(name)
    if signature is None or who in DEFINERS:
        return len(rows)
    fine = {cast.id_(stage.WHO[who]), *([None] if name in MAY_STAY_UNSIGNED else [])}
    return len(rows) if all(row[signature] in fine for row in rows) else DENIED


def _signatures(who: str, table: str, name: str, writable: list[str], changed: list[Any]) -> Iterator[Question]:
    signature = SIGNED.get(who, {}).get(name)
    if signature in writable and changed:
        forged = f"\"{signature}\" = '{cast.id_(COLLEAGUE[who])}'"
        late = f", objected_at = '{cast.NOW}'" if signature == "objected_by" else ""
        yield Question(who, f"signs {table} for a colleague", f"update {table} set {forged}{late}", (), DENIED)
        if late:
            dated = f"\"{signature}\" = '{cast.id_(stage.WHO[who])}', objected_at = '{EARLIER}'"
            yield Question(who, f"dates {table} back", f"update {table} set {dated}", (), DENIED)


def _inserts(stand: Stand, who: str, table: str, name: str) -> Iterator[Question]:
    sample = stand.samples.get(table) or _gates(stand, table)
    if sample is None:
        return
    role = who if who in stage.WHO else "desk"
    me = stage.WHO.get(who, "nightly")
    may = name in oracle.INSERTS[who]
    for situation in SITUATIONS[:1] if name in ONCE or not may else SITUATIONS:
        row = made_for(sample, role, situation, me)
        must = oracle.inserts(who, name, situation) if may else DENIED
        yield Question(
            who,
            f"adds to {table} ({situation})",
            insert(table, row),
            tuple(row.values()),
            must if must == DENIED else 1,
        )
    if not may:
        for row in (sample, *([sample | {"kind": "city"}] if name == "organisation" else [])):
            yield Question(who, f"adds again to {table}", insert(table, row), tuple(row.values()), DENIED)
    if may and who not in DEFINERS:
        for more in ALSO.get(name, []):
            row = made_for(sample, role, "own", me) | more
            yield Question(
                who, f"adds to {table} with {', '.join(more)}", insert(table, row), tuple(row.values()), 1, exact=True
            )
        own = made_for(sample, role, "own", me)
        for forged in [*FORGED.get(name, []), *_authors(who, own)]:
            row = own | forged
            yield Question(
                who, f"adds to {table} with {', '.join(forged)}", insert(table, row), tuple(row.values()), DENIED
            )


def _authors(who: str, own: dict[str, Any]) -> list[dict[str, Any]]:
    return [{author: cast.id_(COLLEAGUE[who])} for author in AUTHORS if author in own and who in COLLEAGUE]


def _gates(stand: Stand, table: str) -> dict[str, Any] | None:
    rows = stand.world[table.split(".")[1]]
    return {c: rows[0][c] for c in stand.columns[table]} if rows else None


def wrong(stand: Stand, who: str, table: str) -> str | None:
    """The first answer that is not as it must be; that somebody cannot even open a transaction is one."""
    try:
        with stand.playing(who):
            return next((found for q in of_table(stand, who, table) if (found := q.wrong(stand))), None)
    except psycopg.Error as error:
        return f"{who} cannot ask: {error.sqlstate}"
