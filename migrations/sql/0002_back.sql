alter table city.intake
  drop column profile, drop column kinds, drop column mapping_id, drop column undone_at, drop column undone_by,
  drop constraint intake_state_known,
  add constraint intake_state_known check (state in ('uploaded', 'checked', 'loading', 'loaded', 'cancelled', 'unreadable'));
alter table city.intake_stage drop column person, drop column claim_id,
  add column intake_id uuid not null, add column protected boolean not null, add column flags text[] not null;
create index intake_stage_key on city.intake_stage (intake_id, source, number);
alter table city.person drop column made_by;
drop index city.debtor_number, city.debtor_birth, city.disclosure_recent;
alter table city.debtor
  drop column kana_key, drop column name_key, drop column phone1_key, drop column phone2_key, drop column made_by,
  alter column name type text collate "default";
alter table city.receivable drop column made_by;
alter table city.receivable_event
  drop constraint receivable_event_receivable_id_fkey,
  add constraint receivable_event_receivable_id_fkey foreign key (receivable_id) references city.receivable;
alter table city.entrustment drop column kind, drop column plan_id, drop column no_notice;
alter table city.disclosure alter column case_id set not null;
alter table city.hold
  drop constraint hold_kind_known,
  add constraint hold_kind_known check (kind in ('referral', 'return', 'attempt', 'protection', 'desk'));
alter table shared.engagement drop column conflict_check;
alter table shared.claim drop column added_on, drop column changed_on, drop column withdrawn_on;
create sequence shared.case_number;
select setval('shared.case_number', coalesce(max(e.numbered), 0) + 1) from shared.engagement e;
alter table shared.engagement drop column numbered;
drop index shared.casefile_worklist, shared.casefile_later, shared.casefile_held;
create index casefile_worklist on shared.casefile (org_id, band, next_at, id) where state = 'open' and held_at is null;
