"""The statements of a load, in the order in which they run. `:intake`, `:as_of`, `:older` (a later extract is in),

`:lifted` (persons whose protection two people took off). A protected person (支援措置) keeps the keys only, whatever the
file says, and one record with the mark protects all of the person's.
"""

# Loads go one after another: each waits for those under way, for as long as it takes.
PATIENCE = "select set_config('lock_timeout', '0', true), set_config('work_mem', '64MB', true)"
QUEUE = "select from city.intake where state in ('loading', 'undoing') order by id for update"


def _columns(names: str) -> list[str]:
    return names.split()


# RFC 9562 version 7, so that a load's rows stand together in every index: milliseconds over a random version 4.
UUID7 = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
  substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid"""

WHO = _columns("name kana birth sex postcode address building phone1 phone2")
_FIXED = _columns("kind_code kind_version class cause_from cause_to cause_on fiscal_year instalment branch")
_AMOUNTS = _columns("assessed paid late_charge demand_fee due_on last_day verdict reasons warnings")
_TEXTS = _columns("notice_no summary memo")
_SAID = (*_AMOUNTS, *_TEXTS)

# A person of the file says who and where they are where the file speaks of them last.
_FILE = "city.intake_person p join city.intake_stage s on s.line = p.line"
# New persons, with the ids that the check gave them; then their claims. Nobody else waits for these rows.
PERSONS = f"""
with new as materialized (
  select p.person_id, p.debtor_id, s.source, s.number, p.protected, p.flags,
         {", ".join(f"case when not p.protected then s.{c} end as {c}" for c in WHO)}
    from {_FILE}
   where not exists (select from city.debtor d where d.source = s.source and d.number = s.number)),
persons as (insert into city.person (id, made_by) select n.person_id, :intake from new n)
insert into city.debtor (id, person_id, source, number, {", ".join(WHO)}, protected, flags, made_by)
select n.debtor_id, n.person_id, n.source, n.number, {", ".join(f"n.{c}" for c in WHO)}, n.protected, n.flags, :intake from new n"""

_RECEIVABLE = f"""
insert into city.receivable (id, debtor_id, as_of, intake_id, made_by, {", ".join((*_FIXED, *_AMOUNTS, *_TEXTS))})
select s.claim_id, d.id, :as_of, :intake, :intake, {", ".join(f"s.{c}" for c in (*_FIXED, *_AMOUNTS))},
       {", ".join(f"case when not d.protected then s.{c} end" for c in _TEXTS)}"""
CLAIMS_OF_NEW = f"""{_RECEIVABLE}
  from city.intake_stage s
  join city.intake_person p on p.person = s.person
  join city.debtor d on d.id = p.debtor_id"""

# What the ledger knows already. An id that the check gave is only met where the person is new.
_KNOWN = """
  from city.intake_stage s
  join city.intake_person p on p.person = s.person
  join city.debtor d on d.source = s.source and d.number = s.number and d.id <> p.debtor_id"""
_SAME = """r.debtor_id = d.id and r.kind_code = s.kind_code and r.fiscal_year = s.fiscal_year
      and r.instalment = s.instalment and r.branch = s.branch"""
_STORED = f"{_KNOWN}\n  join city.receivable r on {_SAME}"

# Who lost the mark: protected under a number that the file speaks of without it, and under no other number that has it.
_UNMARKED = f"""
  select d.person_id, d.id from {_FILE} join city.debtor d on d.source = s.source and d.number = s.number
   where d.protected and not p.protected and not :older
     and not exists (select from city.receivable r where r.debtor_id = d.id and r.as_of > :as_of)"""
LOST = f"""
with unmarked as ({_UNMARKED})
select u.person_id from unmarked u group by u.person_id
having count(*) = (select count(*) from city.debtor x where x.person_id = u.person_id and x.protected)
   and not exists (select from city.debtor x join city.intake_stage s on s.source = x.source and s.number = x.number
                     join city.intake_person p on p.person = s.person where x.person_id = u.person_id and p.protected)
 order by u.person_id"""

# What a newer extract has said stays.
_NEWER = "(:older or r.as_of > :as_of)"
_LIFTED = "d.person_id = any(cast(:lifted as uuid[]))"
_HIDDEN = f"(p.protected or d.protected and not {_LIFTED})"
_PERSON_SAYS = ", ".join(f"case when not {_HIDDEN} then s.{c} end" for c in WHO)
_PERSON_CHANGES = f"""({_HIDDEN}, p.flags, {_PERSON_SAYS})
       is distinct from (d.protected, d.flags, {", ".join(f"d.{c}" for c in WHO)})
   and (p.protected and not d.protected or {_LIFTED} or not :older
        and not exists (select from city.receivable r where r.debtor_id = d.id and r.as_of > :as_of))"""
_CHANGED_PERSON = f"""
  from {_FILE}
  join city.debtor d on d.source = s.source and d.number = s.number and d.id <> p.debtor_id
 where {_PERSON_CHANGES}"""
_SAYS = (
    f"({', '.join(f's.{c}' for c in _AMOUNTS)}, {', '.join(f'case when not {_HIDDEN} then s.{c} end' for c in _TEXTS)})"
)
_STANDS = f"({', '.join(f'r.{c}' for c in _SAID)})"
_CLAIM_CHANGES = f"{_SAYS} is distinct from {_STANDS} and not {_NEWER}"
_NEW_CLAIM = f"{_KNOWN}\n where not exists (select from city.receivable r where {_SAME})"
_SPOILT = """
  from city.intake_spoilt s
  join city.debtor d on d.source = s.source and d.number = s.number
  join city.receivable r on r.debtor_id = d.id and r.kind_code = s.kind_code and r.fiscal_year = s.fiscal_year
   and r.instalment = s.instalment and r.branch = s.branch"""

LOCK = f"""
select from city.person l
 where l.id in (select d.person_id{_CHANGED_PERSON} union all select d.person_id{_STORED} where {_CLAIM_CHANGES}
      union all select d.person_id{_NEW_CLAIM} union all select d.person_id{_SPOILT})
 order by l.id for no key update"""
# Where all of the file's persons are new.
LOCK_SPOILT = f"select from city.person l where l.id in (select d.person_id{_SPOILT}) order by l.id for no key update"

# How the rows stood that change now, for the one who undoes the load; of a protected person no text is kept.
_WHO_STOOD = ", ".join(f"'{c}', case when not {_HIDDEN} then d.{c} end" for c in WHO)
_TEXTS_STOOD = ", ".join(f"'{c}', case when not {_HIDDEN} then r.{c} end" for c in _TEXTS)
IMAGES = {
    "debtors_changed": f"""
insert into city.load_image (intake_id, row_id, noun, before)
select :intake, d.id, 'debtor', jsonb_build_object('protected', d.protected, 'flags', d.flags, {_WHO_STOOD}){_CHANGED_PERSON}""",
    "claims_changed": f"""
insert into city.load_image (intake_id, row_id, noun, before)
select :intake, r.id, 'receivable', jsonb_build_object({", ".join(f"'{c}', r.{c}" for c in _AMOUNTS)}, {_TEXTS_STOOD},
       'as_of', r.as_of, 'intake_id', r.intake_id){_STORED}
 where {_CLAIM_CHANGES}""",
}
_OF_IMAGE = "m.intake_id = :intake and m.row_id"
CHANGES = (
    f"""
update city.debtor d
   set protected = {_HIDDEN}, flags = p.flags, ({", ".join(WHO)}) = row({_PERSON_SAYS})
  from city.load_image m, {_FILE}
 where {_OF_IMAGE} = d.id and m.noun = 'debtor' and d.source = s.source and d.number = s.number""",
    f"""
update city.receivable r
   set ({", ".join(_SAID)}) = row{_SAYS}, as_of = :as_of, intake_id = :intake
  from city.load_image m, city.intake_stage s, city.intake_person p, city.debtor d
 where {_OF_IMAGE} = r.id and m.noun = 'receivable' and p.person = s.person
   and d.source = s.source and d.number = s.number and {_SAME}""",
)
CLAIMS_OF_KNOWN = f"{_RECEIVABLE}{_NEW_CLAIM}"
# What the file does not mention of a person who is protected now: texts can name a flat.
TEXTS_ERASED = f"""
update city.receivable r set {", ".join(f"{c} = null" for c in _TEXTS)}
  from city.debtor d where d.id = r.debtor_id and d.protected and num_nonnulls({", ".join(f"r.{c}" for c in _TEXTS)}) > 0"""

_HAPPENED = """
 cross join lateral (values ('demand', s.demanded_on), ('acknowledgement', s.acknowledged_on), ('judgment', s.judged_on))
       e (kind, happened_on)"""
_EVENTS = {"demand": "demanded_on", "acknowledgement": "acknowledged_on", "judgment": "judged_on"}


def _events(made: str) -> str:
    """Of new claims; `made`: what keeps those apart that stood before."""
    each = (
        f"select {UUID7}, s.claim_id, '{kind}', s.{on} from city.intake_stage s{made} where s.{on} is not null"
        for kind, on in _EVENTS.items()
    )
    return "insert into city.receivable_event (id, receivable_id, kind, happened_on) " + " union all ".join(each)


EVENTS_WHERE_ALL_NEW = _events("")
EVENTS_OF_NEW = _events(" join city.receivable r on r.id = s.claim_id")
EVENTS_OF_KNOWN = f"""
with made as (
  insert into city.receivable_event (id, receivable_id, kind, happened_on)
  select {UUID7}, r.id, e.kind, e.happened_on{_STORED}{_HAPPENED}
   where r.id <> s.claim_id and e.happened_on is not null
     and not exists (select from city.receivable_event x
                      where x.receivable_id = r.id and x.kind = e.kind and x.happened_on = e.happened_on)
  returning id)
insert into city.load_image (intake_id, row_id, noun) select :intake, id, 'receivable_event' from made"""

# The control: what the file says, counted where it stands in the ledger. `kept`: newer there, so left alone.
MADE = "select count(*) as records, coalesce(sum(r.assessed - r.paid), 0) as yen from city.receivable r where r.made_by = :intake"
STANDS = f"""
select count(*) as records, coalesce(sum(s.assessed - s.paid), 0) as yen,
       count(*) filter (where {_SAYS} is distinct from {_STANDS} and {_NEWER}) as kept,
       count(*) filter (where {_SAYS} is distinct from {_STANDS} and not {_NEWER}) as differs
{_STORED} where r.id <> s.claim_id"""
PEOPLE = "select count(*) from city.intake_person"
