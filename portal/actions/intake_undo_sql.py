"""The statements that take a load back, and those that say what prevents it. `:intake`, `:at` (when it was loaded)."""

from portal.actions.intake_sql import UUID7, WHO

# Whose rows the load made or changed.
_TOUCHED = """(
  select d.person_id from city.debtor d where d.made_by = :intake
  union select d.person_id from city.receivable r join city.debtor d on d.id = r.debtor_id where r.made_by = :intake
  union select d.person_id from city.load_image m join city.debtor d on d.id = m.row_id where m.intake_id = :intake
  union select d.person_id from city.load_image m join city.receivable r on r.id = m.row_id join city.debtor d on d.id = r.debtor_id
         where m.intake_id = :intake
  union select d.person_id from city.load_image m join city.related r on r.id = m.row_id join city.debtor d on d.id = r.debtor_id
         where m.intake_id = :intake
  union select m.person_id from city.movement m where m.intake_id = :intake)"""
LOCK = f"select from city.person p where p.id in {_TOUCHED} order by p.id for no key update"

_LATER = "in (select t.person_id from touched t) and"
# What was done since with anybody the load concerns: code of intake_undoing.USES, condition. Its own holds do not count.
_SINCE = {
    "loaded": "select from city.intake i where i.loaded_at > :at or i.id <> :intake and i.state in ('loading', 'undoing')",
    "protected": "select from city.intake i where i.id = :intake and (coalesce((i.totals -> 'loaded' ->> 'protected')::int, 0) > 0"
    " or coalesce((i.totals -> 'loaded' ->> 'marks_lifted')::int, 0) > 0)",
    "reacted": "select from city.movement m where m.intake_id = :intake and m.effect in ('recalled', 'closed')",
    "decided": "select from city.movement m where m.intake_id = :intake and m.decision is not null",
    "placed": f"select from city.placement x where x.person_id {_LATER} (x.placed_at > :at or x.ended_at > :at)",
    "planned": f"select from city.plan_line x join city.plan n on n.id = x.plan_id where x.person_id {_LATER} n.at > :at",
    "disclosed": f"select from city.disclosure x where x.person_id {_LATER} x.at > :at",
    "asked": f"select from city.conflict_person x join shared.conflict c on c.id = x.conflict_id where x.person_id {_LATER} c.at > :at",
    "held": f"select from city.hold x where x.person_id {_LATER} (x.at > :at or x.lifted_at > :at)",
    "approved": f"select from city.approval x where x.noun_id {_LATER} x.asked_at > :at",
    "marked": f"select from city.mark x where x.person_id {_LATER} (x.at > :at or x.ended_at > :at)",
    "matched": "select from city.match x where (x.kept_id in (select t.person_id from touched t)"
    " or x.other_id in (select t.person_id from touched t)) and x.decided_at > :at",
    "related": "select from city.related x join city.debtor d on d.id = x.debtor_id where d.person_id in (select t.person_id from"
    " touched t) and x.at > :at and x.intake_id is distinct from :intake",
}
USE = (
    f"with touched as materialized {_TOUCHED} select u.code from ("
    + " union all ".join(
        f"select {n} as n, '{code}' as code where exists ({found})" for n, (code, found) in enumerate(_SINCE.items())
    )
    + ") u order by u.n limit 1"
)

LET_GO = """
select h.id from city.hold h join city.movement m on m.id = h.source_id where m.intake_id = :intake and h.lifted_at is null"""
_WHO_WAS = ", ".join(f"m.before ->> '{c}'" if c != "birth" else "(m.before ->> 'birth')::date" for c in WHO)


def _list(column: str) -> str:
    return f"array(select jsonb_array_elements_text(m.before -> '{column}'))"


# Back to how it stood; then what the load made goes, claims before persons.
BACK = (
    f"""
update city.debtor d set flags = {_list("flags")}, ({", ".join(WHO)}) = row({_WHO_WAS})
  from city.load_image m where m.intake_id = :intake and m.noun = 'debtor' and m.row_id = d.id""",
    f"""
update city.receivable r
   set assessed = (m.before ->> 'assessed')::bigint, paid = (m.before ->> 'paid')::bigint,
       late_charge = (m.before ->> 'late_charge')::bigint, demand_fee = (m.before ->> 'demand_fee')::bigint,
       due_on = (m.before ->> 'due_on')::date, last_day = (m.before ->> 'last_day')::date, verdict = m.before ->> 'verdict',
       reasons = {_list("reasons")}, warnings = {_list("warnings")}, notice_no = m.before ->> 'notice_no',
       summary = m.before ->> 'summary', memo = m.before ->> 'memo', as_of = (m.before ->> 'as_of')::date,
       intake_id = (m.before ->> 'intake_id')::uuid
  from city.load_image m where m.intake_id = :intake and m.noun = 'receivable' and m.row_id = r.id""",
    """
update city.related r
   set name = m.before ->> 'name', kana = m.before ->> 'kana', postcode = m.before ->> 'postcode',
       address = m.before ->> 'address', phone = m.before ->> 'phone', valid_until = (m.before ->> 'valid_until')::date,
       intake_id = (m.before ->> 'intake_id')::uuid
  from city.load_image m
 where m.intake_id = :intake and m.noun = 'related' and m.before is not null and m.row_id = r.id and not r.protected""",
    """
delete from city.related r using city.load_image m
 where m.intake_id = :intake and m.noun = 'related' and m.before is null and m.row_id = r.id""",
    """
delete from city.receivable_event e using city.load_image m
 where m.intake_id = :intake and m.noun = 'receivable_event' and m.row_id = e.id""",
    f"""
insert into city.movement (id, intake_id, receivable_id, person_id, case_id, code, effect, at)
select {UUID7}, w.intake_id, w.receivable_id, w.person_id, w.case_id, w.code, w.effect, w.at from city.movement w
 where w.code = 'vanished' and w.decision = 'kept' and w.decided_at = :at and w.note = :note""",
    "delete from city.movement m where m.intake_id = :intake",
    "delete from city.receivable r where r.made_by = :intake",
    "delete from city.debtor d where d.made_by = :intake",
    "delete from city.person p where p.made_by = :intake",
    "delete from city.load_image m where m.intake_id = :intake",
)
