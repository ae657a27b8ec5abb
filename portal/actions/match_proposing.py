"""候補を探す: pairs of persons who may be one, found by what they share, scored by rules/matches. Nothing is joined here.

No pair is looked at that shares nothing: every debtor gets a few keys, and only those who share a key, which few others
have, are compared. A key that many share (a home's telephone number, a birth date left at its default) says nothing.
"""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import UUID, Integer, Text, func, select, text
from sqlalchemy.dialects.postgresql import insert

from portal.access.principal import Principal
from portal.actions.arrays import table
from portal.db import db, uuid7
from portal.models.persons import Match
from portal.rules import matches
from portal.rules.matches import PROPOSED_FROM, Entry

Pair = tuple[uuid.UUID, uuid.UUID]
Scored = tuple[int, tuple[str, ...]]
CROWD = 20  # more than so many under one key are no candidates
STEP = 5000
MEMORY = "select set_config('work_mem', '128MB', true)"
_FIELDS = ("source", "name", "kana", "birth", "sex", "postcode", "address", "phone1", "phone2")
PAIRS = f"""
with d as materialized (
  select id, person_id, kana_key, name_key, birth::text as born, translate(postcode, '-', '') as area, phone1_key, phone2_key,
         left(kana_key, 2) || right(kana_key, 2) as ends
    from city.debtor where not protected),
keys as materialized (
  select d.id, d.person_id, hashtextextended(k.key, k.kind) as key
    from d cross join lateral (values (1, d.kana_key || d.born), (2, d.name_key || d.born), (3, d.kana_key || d.area),
           (4, d.born || d.area), (5, d.born || d.ends), (6, d.phone1_key), (6, d.phone2_key)) k (kind, key)
   where k.key <> '' and (k.kind <> 6 or length(k.key) >= 9)),
shared as materialized (select key from keys group by key having count(*) between 2 and {CROWD}),
pairs as (
  select distinct a.id as a, b.id as b
    from shared s join keys a on a.key = s.key join keys b on b.key = s.key where a.person_id < b.person_id)
select x.person_id, y.person_id, {", ".join(f"{side}.{field}" for side in "xy" for field in _FIELDS)}
  from pairs p join city.debtor x on x.id = p.a join city.debtor y on y.id = p.b"""


def propose(*, by: Principal, day: date | None = None) -> int:
    """Writes what is new among the candidates, and a new score where one changed; answers how many.

    Done again it finds the same. Left out: who is protected, and what the desk has decided.
    """
    known = _decided()
    best: dict[Pair, Scored] = {}
    for pair, scored in _candidates():
        if scored[0] >= PROPOSED_FROM and pair not in known and scored > best.get(pair, (0, ())):
            best[pair] = scored
    return sum(_write(dict(list(best.items())[at : at + STEP])) for at in range(0, len(best), STEP))


def _candidates() -> Iterator[tuple[Pair, Scored]]:
    db.session.execute(text(MEMORY))
    for row in db.session.execute(text(PAIRS).execution_options(yield_per=STEP)):
        a, b = row[2 : 2 + len(_FIELDS)], row[2 + len(_FIELDS) :]
        yield (row[0], row[1]), matches.score(_entry(a), _entry(b))


def _entry(values: Any) -> Entry:
    who = dict(zip(_FIELDS[:-2], values, strict=False))
    return Entry(**who, phones=tuple(phone for phone in values[-2:] if phone))


def _decided() -> set[Pair]:
    """Pairs that the desk has judged, in both orders, whoever their persons have been joined to since."""
    judged = db.session.execute(
        select(Match.kept_id, Match.other_id, Match.state).where(Match.state != "proposed")
    ).all()
    gone = {other: kept for kept, other, state in judged if state == "joined"}

    def now(person: uuid.UUID) -> uuid.UUID:
        while person in gone:
            person = gone[person]
        return person

    found = {(now(kept), now(other)) for kept, other, state in judged} | {(kept, other) for kept, other, _ in judged}
    return found | {(other, kept) for kept, other in found}


def _write(best: dict[Pair, Scored]) -> int:
    rows = [(uuid7(), *pair, score, "|".join(signs)) for pair, (score, signs) in best.items()]
    columns = {"id": UUID(), "kept_id": UUID(), "other_id": UUID(), "score": Integer(), "signs": Text()}
    found = table("found", rows, columns)
    new = select(
        found.c.id, found.c.kept_id, found.c.other_id, func.access.now(), found.c.score,
        func.string_to_array(found.c.signs, "|"),
    )  # fmt: skip
    written = insert(Match).from_select(["id", "kept_id", "other_id", "at", "score", "reasons"], new)
    fresh = {"score": written.excluded.score, "reasons": written.excluded.reasons}
    changed = (Match.score != written.excluded.score) | (Match.reasons != written.excluded.reasons)
    again = written.on_conflict_do_update(
        index_elements=[Match.kept_id, Match.other_id], set_=fresh, where=(Match.state == "proposed") & changed
    )
    return len(db.session.execute(again.returning(Match.id)).all())
