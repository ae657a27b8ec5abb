"""The statements of a load, in the order in which they run. `:intake`, `:as_of`, `:older` (a later extract is in).

A protected person (支援措置) keeps the keys only, whatever the file says, and one record with the mark protects all of the
person's. The mark never comes off here: two people lift it.
"""

# Loads go one after another: each waits for those under way, for as long as it takes.
PATIENCE = "select set_config('lock_timeout', '0', true), set_config('work_mem', '64MB', true)"
QUEUE = "select from city.intake where state = 'loading' order by id for update"


def _columns(names: str) -> list[str]:
    return names.split()


STAGE = _columns(
    "intake_id line source number name kana birth sex postcode address building phone1 phone2 protected flags kind_code "
    "kind_version class cause_from cause_to cause_on fiscal_year instalment branch notice_no summary assessed paid "
    "late_charge demand_fee due_on last_day demanded_on acknowledged_on judged_on verdict reasons warnings memo"
)
COPY = f"copy city.intake_stage ({', '.join(STAGE)}) from stdin"

# RFC 9562 version 7, so that a load's rows stand together in every index: milliseconds over a random version 4.
_UUID7 = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
  substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid"""

_WHO = _columns("name kana birth sex postcode address building phone1 phone2")
# One row a person's number: what the last of its records says, the mark and the flags of any.
_FILE = f"""
file as materialized (
  select distinct on (s.source, s.number) s.source, s.number, {", ".join(f"s.{c}" for c in _WHO)},
         bool_or(s.protected) over same as protected, coalesce(m.flags, '{{}}') as flags
    from city.intake_stage s
    left join (select x.source, x.number, array_agg(distinct f order by f) as flags
                 from city.intake_stage x cross join lateral unnest(x.flags) f where x.intake_id = :intake group by 1, 2) m
      on m.source = s.source and m.number = s.number
   where s.intake_id = :intake
  window same as (partition by s.source, s.number)
   order by s.source, s.number, s.line desc)"""

_PERSONS = f"""
with {_FILE},
new as materialized (
  select {_UUID7} as id, {_UUID7} as person_id, f.* from file f
   where not exists (select from city.debtor d where d.source = f.source and d.number = f.number)),
persons as (insert into city.person (id) select n.person_id from new n)
insert into city.debtor (id, person_id, source, number, {", ".join(_WHO)}, protected, flags)
select n.id, n.person_id, n.source, n.number, {", ".join(f"case when not n.protected then n.{c} end" for c in _WHO)},
       n.protected, n.flags
  from new n"""

_OF = """
  from city.intake_stage s
  join city.debtor d on d.source = s.source and d.number = s.number"""
_SAME = """r.debtor_id = d.id and r.kind_code = s.kind_code and r.fiscal_year = s.fiscal_year
      and r.instalment = s.instalment and r.branch = s.branch"""
_HERE = " where s.intake_id = :intake"

_FIXED = _columns("kind_code kind_version class cause_from cause_to cause_on fiscal_year instalment branch")
_AMOUNTS = _columns("assessed paid late_charge demand_fee due_on last_day verdict reasons warnings")
_TEXTS = _columns("notice_no summary memo")
_OPEN = ", ".join(f"case when not d.protected then s.{c} end" for c in _TEXTS)
_SAYS = f"({', '.join(f's.{c}' for c in _AMOUNTS)}, {_OPEN})"
_STANDS = f"({', '.join(f'r.{c}' for c in (*_AMOUNTS, *_TEXTS))})"

_CLAIMS = f"""
insert into city.receivable (id, debtor_id, as_of, intake_id, {", ".join((*_FIXED, *_AMOUNTS, *_TEXTS))})
select {_UUID7}, d.id, :as_of, :intake, {", ".join(f"s.{c}" for c in (*_FIXED, *_AMOUNTS))}, {_OPEN}{_OF}{_HERE}
   and not exists (select from city.receivable r where {_SAME})"""
NEW = {"debtors": _PERSONS, "claims": _CLAIMS}

# What a newer extract has said stays.
_NEWER = "(:older or r.as_of > :as_of)"
_PERSON_SAYS = ", ".join(f"case when not (d.protected or f.protected) then f.{c} end" for c in _WHO)
_PERSON_CHANGES = f"""d.source = f.source and d.number = f.number
   and (d.protected or f.protected, f.flags, {_PERSON_SAYS})
       is distinct from (d.protected, d.flags, {", ".join(f"d.{c}" for c in _WHO)})
   and (f.protected and not d.protected or not :older
        and not exists (select from city.receivable r where r.debtor_id = d.id and r.as_of > :as_of))"""
_CLAIM_CHANGES = f"{_SAME} and {_SAYS} is distinct from {_STANDS} and not {_NEWER}"

LOCK = f"""
with {_FILE}
select from city.person p
 where p.id in (select d.person_id from city.debtor d join file f on {_PERSON_CHANGES}
      union all select d.person_id{_OF} join city.receivable r on {_CLAIM_CHANGES}{_HERE})
 order by p.id for no key update"""

_PERSONS_CHANGED = f"""
with {_FILE}
update city.debtor d
   set protected = d.protected or f.protected, flags = f.flags, ({", ".join(_WHO)}) = row({_PERSON_SAYS})
  from file f where {_PERSON_CHANGES}"""
_CLAIMS_CHANGED = f"""
update city.receivable r
   set ({", ".join((*_AMOUNTS, *_TEXTS))}) = row{_SAYS}, as_of = :as_of, intake_id = :intake{_OF}{_HERE} and {_CLAIM_CHANGES}"""
# What the file does not mention of a person who is protected now: texts can name a flat.
_TEXTS_ERASED = f"""
update city.receivable r set {", ".join(f"{c} = null" for c in _TEXTS)}
  from city.debtor d where d.id = r.debtor_id and d.protected and num_nonnulls({", ".join(f"r.{c}" for c in _TEXTS)}) > 0"""
CHANGED = {"debtors_changed": _PERSONS_CHANGED, "claims_changed": _CLAIMS_CHANGED, "texts_erased": _TEXTS_ERASED}

EVENTS = f"""
insert into city.receivable_event (id, receivable_id, kind, happened_on)
select {_UUID7}, r.id, e.kind, e.happened_on{_OF}
  join city.receivable r on {_SAME}
 cross join lateral (values ('demand', s.demanded_on), ('acknowledgement', s.acknowledged_on), ('judgment', s.judged_on))
       e (kind, happened_on){_HERE} and e.happened_on is not null
   and not exists (select from city.receivable_event x
                    where x.receivable_id = r.id and x.kind = e.kind and x.happened_on = e.happened_on)"""

# The control: what the file says, counted where it stands in the ledger. `kept`: newer there, so left alone.
STORED = f"""
select count(*) as records, coalesce(sum(s.assessed - s.paid), 0) as yen,
       count(*) filter (where {_SAYS} is distinct from {_STANDS} and {_NEWER}) as kept,
       count(*) filter (where {_SAYS} is distinct from {_STANDS} and not {_NEWER}) as differs
{_OF} join city.receivable r on {_SAME}{_HERE}"""

# What the desk must look at: marks that the file has no more, and protected persons a partner still holds.
TO_DO = f"""
with {_FILE}
select count(*) filter (where d.protected and not f.protected) as marks_lost,
       count(distinct d.person_id) filter (where d.protected and exists (
         select from city.placement p where p.person_id = d.person_id and p.ended_at is null)) as protected_placed
  from city.debtor d join file f on d.source = f.source and d.number = f.number"""

# TRUNCATE, and before the load too: once autovacuum has looked at a stage that DELETE emptied, PostgreSQL plans the next
# load for one row and takes hours over it. Loads queue, so the stage is never anybody else's.
EMPTY = "truncate city.intake_stage"
