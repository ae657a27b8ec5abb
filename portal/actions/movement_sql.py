"""What a load finds out about claims that stand in the ledger (台帳の異動), each as one statement.

Every statement answers what it wrote: id, person_id, receivable_id, case_id, code. `:intake`, `:as_of`, `:older` as in
intake_sql; `:codes` narrows, `:effect` is what is done about it. Of what is true of a person there is one movement, at
the first claim of the case the person has; of what is true of a claim one each.
"""

from portal.actions.intake_sql import UUID7

_WRITE = f"""
insert into city.movement (id, intake_id, receivable_id, person_id, case_id, code, effect, at)
select {UUID7}, :intake, f.receivable_id, f.person_id, f.case_id, f.code, f.effect, access.now() from found f
returning id, person_id, receivable_id, case_id, code"""


def _written(found: str) -> str:
    return f"with found as ({found}){_WRITE}"


# Marks and flags that a load brought to numbers known before.
NEW_MARKS = """
  select distinct d.person_id, c.code
    from city.load_image m
    join city.debtor d on d.id = m.row_id
   cross join lateral unnest(d.flags || case when d.protected then array['protected_address'] end) c (code)
   where m.intake_id = :intake and m.noun = 'debtor' and c.code = any(:codes) and not (m.before -> 'flags' ? c.code)
     and not (c.code = 'protected_address' and (m.before ->> 'protected')::boolean)"""
OF_PERSONS = _written(f"""
  select n.person_id, live.receivable_id, live.case_id, n.code, :effect as effect
    from ({NEW_MARKS}) n
   cross join lateral (
     select p.case_id, l.receivable_id
       from city.placement p join city.placement_line l on l.case_id = p.case_id and l.ended_at is null
      where p.person_id = n.person_id and p.ended_at is null order by p.lane desc, l.receivable_id limit 1) live""")

_PLACED = """(
     select l.case_id
       from city.placement_line l join city.placement p on p.case_id = l.case_id and p.ended_at is null
       join shared.organisation o on o.id = p.org_id
      where l.receivable_id = r.id and l.ended_at is null{} order by l.lane desc limit 1) live"""
# What a law team may go on with stops nobody there.
OF_CLAIMS = _written(f"""
  select d.person_id, r.id as receivable_id, live.case_id, c.code, :effect as effect
    from city.load_image m
    join city.receivable r on r.id = m.row_id
    join city.debtor d on d.id = r.debtor_id
   cross join lateral unnest(r.reasons || r.warnings) c (code)
   cross join lateral {_PLACED.format(" and (c.code <> 'limitation_passed' or o.kind <> 'law_team')")}
   where m.intake_id = :intake and m.noun = 'receivable' and c.code = any(:codes)
     and not (m.before -> 'reasons' ? c.code or m.before -> 'warnings' ? c.code)""")
SETTLED = _written("""
  select p.person_id, l.receivable_id, l.case_id, 'paid' as code, 'closed' as effect
    from city.placement p
   cross join lateral (select x.case_id, x.receivable_id from city.placement_line x
                        where x.case_id = p.case_id order by x.receivable_id limit 1) l
   where p.case_id = any(:cases)""")

_NOT_NEWER = "not (:older or r.as_of > :as_of)"
_KEY = """s.source = d.source and s.number = d.number and s.kind_code = r.kind_code and s.fiscal_year = r.fiscal_year
      and s.instalment = r.instalment and s.branch = r.branch"""
# Stored before, and now so that it cannot be stored: what stands in the ledger may be out of date.
SPOILT = _written(f"""
  select distinct on (r.id) d.person_id, r.id as receivable_id, live.case_id, s.verdict as code,
         case when live.case_id is null then 'none' else 'held' end as effect
    from city.intake_spoilt s
    join city.debtor d on d.source = s.source and d.number = s.number
    join city.receivable r on r.debtor_id = d.id and {_KEY}
    left join lateral {_PLACED.format("")} on true
   where {_NOT_NEWER}
     and not exists (select from city.movement w where w.receivable_id = r.id and w.code = s.verdict and w.decision is null)
   order by r.id, s.verdict""")

# A whole extract that does not mention a claim of the sources (and kinds) it covers. Once listed it waits there; once
# kept it is left alone until it has come again.
VANISHED = _written(f"""
  select d.person_id, r.id as receivable_id, live.case_id, 'vanished' as code, 'none' as effect
    from city.receivable r
    join city.debtor d on d.id = r.debtor_id
    left join lateral {_PLACED.format("")} on true
   where d.source in (select s.source from city.intake_stage s union select s.source from city.intake_spoilt s)
     and (cardinality(cast(:kinds as text[])) = 0 or r.kind_code = any(cast(:kinds as text[])))
     and {_NOT_NEWER} and r.made_by is distinct from :intake and not 'withdrawn' = any(r.reasons)
     and not exists (select from city.intake_stage s where {_KEY})
     and not exists (select from city.intake_spoilt s where {_KEY})
     and not exists (select from city.movement w join city.intake i on i.id = w.intake_id
                      where w.receivable_id = r.id and w.code = 'vanished'
                        and (w.decision is null or w.decision = 'kept' and r.as_of <= i.as_of))""")
# Listed as vanished, undecided, and here it is again.
CAME_BACK = f"""
update city.movement w set decision = 'kept', note = :note, decided_at = access.now(), decided_by = access.me()
  from city.receivable r, city.debtor d, city.intake_stage s
 where w.code = 'vanished' and w.decision is null and r.id = w.receivable_id and d.id = r.debtor_id and {_KEY}"""
