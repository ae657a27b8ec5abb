alter table city.intake
  add column profile text not null default 'ledger'::text,
  add column kinds text[] not null default '{}'::text[],
  add column mapping_id uuid references city.mapping,
  add column undone_at timestamptz,
  add column undone_by uuid references shared.account,
  drop constraint intake_state_known,
  add constraint intake_state_known check (state in ('uploaded', 'checked', 'loading', 'stopped', 'loaded', 'undoing', 'undone',
    'cancelled', 'unreadable')),
  add constraint intake_profile_known check (profile in ('ledger', 'related'));
-- Keys of records that cannot be stored, of which the claim may stand in the ledger already. Emptied by every load.
create unlogged table city.intake_spoilt (
  intake_id uuid not null, line int not null, source text not null, number text not null, kind_code text not null,
  fiscal_year text not null, instalment text not null, branch text not null, verdict text not null);
alter table city.person add column made_by uuid;
alter table city.debtor add column made_by uuid, alter column name type text collate "C";
create index debtor_number on city.debtor (number);
create index debtor_kana on city.debtor (kana);
create index debtor_name on city.debtor (name);
create index debtor_birth on city.debtor (birth) where birth is not null;
alter table city.receivable add column made_by uuid;
alter table city.receivable_event
  drop constraint receivable_event_receivable_id_fkey,
  add constraint receivable_event_receivable_id_fkey foreign key (receivable_id) references city.receivable on delete cascade;
alter table city.entrustment
  add column kind text not null default 'placement'::text,
  add column plan_id uuid references city.plan,
  add constraint entrustment_kind_known check (kind in ('placement', 'difference'));
alter table city.disclosure alter column case_id drop not null;
create index disclosure_recent on city.disclosure (at, id);
alter table city.hold
  drop constraint hold_kind_known,
  add constraint hold_kind_known check (kind in ('referral', 'return', 'attempt', 'protection', 'desk', 'movement', 'mark'));
alter table shared.engagement add column conflict_check boolean not null default false;
alter table shared.claim add column added_on date, add column changed_on date, add column withdrawn_on date;
