"""The statements of a load of related people. The file's people come as arrays, one a column (`bound`)."""

import uuid
from collections.abc import Sequence
from typing import Any

from portal.rules.ledger_layout import plain
from portal.rules.related_record import Related

_SAID = ("name", "kana", "postcode", "address", "phone")
_TYPES = {
    "id": "uuid", "debtor_id": "uuid", "relation": "text", "key": "text", **dict.fromkeys(_SAID, "text"),
    "valid_from": "date", "valid_until": "date", "protected": "boolean",
}  # fmt: skip
_CHANGES = (*_SAID, "valid_until")
_UNNESTED = ", ".join(f"cast(:{name} as {kind}[])" for name, kind in _TYPES.items())
_FILE = f"unnest({_UNNESTED}) with ordinality f ({', '.join(_TYPES)}, n)"


def bound(people: Sequence[tuple[uuid.UUID, Related | bool, tuple[uuid.UUID, str, Any]]]) -> dict[str, list[Any]]:
    """(row, person, (debtor, relation, first day)) as arrays. Instead of a person whether one under protection of his own
    stands there: then the keys alone."""
    rows = [_row(*one) for one in people]
    return {name: [row[at] for row in rows] for at, name in enumerate(_TYPES)}


def _row(id_: uuid.UUID, person: Related | bool, group: tuple[uuid.UUID, str, Any]) -> tuple[Any, ...]:
    debtor_id, relation, first = group
    if isinstance(person, bool):
        return id_, debtor_id, relation, None, *[None] * len(_SAID), first, None, person
    said = (getattr(person, name) or None for name in _SAID)
    return id_, debtor_id, relation, plain(person.name), *said, first, person.valid_until, False


# Persons first, ascending, as everywhere: who puts one of them under protection waits, or has done it.
LOCK = """
select p.id from city.person p
 where p.id in (select d.person_id from city.debtor d where d.id = any(cast(:debtors as uuid[])))
 order by p.id for no key update"""

_MINE = f"({', '.join(f'f.{c}' for c in _CHANGES)})"
STANDING = f"""
select distinct on (f.n) f.n, r.id, {_MINE} is not distinct from ({", ".join(f"r.{c}" for c in _CHANGES)}) as same,
       r.intake_id is null as by_hand
  from {_FILE}
  join city.related r on r.debtor_id = f.debtor_id and r.relation = f.relation
       and r.valid_from is not distinct from f.valid_from and normalize(r.name, nfkc) = f.key
 order by f.n, r.at, r.id"""

ADD = f"""
insert into city.related (id, debtor_id, relation, {", ".join(_SAID)}, valid_from, valid_until, protected, intake_id, by_id, at)
select f.id, f.debtor_id, f.relation, {", ".join(f"f.{c}" for c in _SAID)}, f.valid_from, f.valid_until, f.protected,
       :intake, :by, :at
  from {_FILE}"""
CHANGE = f"""
update city.related r set ({", ".join(_CHANGES)}) = row{_MINE}, intake_id = :intake from {_FILE} where f.id = r.id"""

# What an undo puts back.
MADE = """
insert into city.load_image (intake_id, row_id, noun, before)
select :intake, x, 'related', null from unnest(cast(:id as uuid[])) x"""
BEFORE = """
insert into city.load_image (intake_id, row_id, noun, before)
select :intake, r.id, 'related', to_jsonb(r) from city.related r where r.id = any(cast(:id as uuid[]))"""

_GONE = """r.intake_id in (select i.id from city.intake i
     where i.profile = 'related' and i.source = :source and i.state in ('loaded', 'loading') and i.id <> :intake)
   and r.id <> all(cast(:touched as uuid[])) and (r.valid_until is null or r.valid_until > :until)"""
GONE = f"select r.id from city.related r where {_GONE}"
END = """
update city.related r set valid_until = greatest(r.valid_from, :until), intake_id = :intake
 where r.id = any(cast(:id as uuid[]))"""
