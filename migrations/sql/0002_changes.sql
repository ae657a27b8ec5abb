alter table city.intake
  add column profile text not null default 'ledger'::text,
  add column kinds text[] not null default '{}'::text[],
  add column mapping_id uuid references city.mapping,
  add column undone_at timestamptz,
  add column undone_by uuid references shared.account,
  drop constraint intake_state_known,
  add constraint intake_state_known check (state in ('uploaded', 'unmapped', 'checked', 'loading', 'stopped', 'loaded', 'undoing',
    'undone', 'cancelled', 'unreadable')),
  add constraint intake_profile_known check (profile in ('ledger', 'related'));
-- The records of a file carry their person's number in it, and the id that a new claim gets.
drop index city.intake_stage_key;
alter table city.intake_stage drop column intake_id, drop column protected, drop column flags,
  add column person int not null, add column claim_id uuid not null;
-- A row a person of the file: the line that says who and where they are last, and the marks of all their lines.
create unlogged table city.intake_person (
  person int not null, line int not null, protected boolean not null, flags text[] not null, debtor_id uuid not null,
  person_id uuid not null);
-- Keys of records that cannot be stored, of which the claim may stand in the ledger already. Emptied by every load.
create unlogged table city.intake_spoilt (
  line int not null, source text not null, number text not null, kind_code text not null,
  fiscal_year text not null, instalment text not null, branch text not null, verdict text not null);
alter table city.person add column made_by uuid;
alter table city.debtor add column made_by uuid, alter column name type text collate "C";
create index debtor_number on city.debtor (number);
-- Names folded as portal/rules/names.py folds them; telephone numbers backwards, to be found by their end.
alter table city.debtor
  add column kana_key text collate "C" generated always as (
    translate(NORMALIZE(kana, NFKC), 'ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴァィゥェォッャュョヮヵヶヲヰヱぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖabcdefghijklmnopqrstuvwxyz ー－-‐‑–—―−~゛゜゙゚・.,’󠄀󠄁󠄂󠄃󠄄󠄅󠄆󠄇󠄈󠄉󠄊󠄋󠄌󠄍󠄎󠄏'::text, 'カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウアイウエオツヤユヨワカケオイエアアイイウウエエオオカカキキククケケココササシシススセセソソタタチチツツツテテトトナニヌネノハハハヒヒヒフフフヘヘヘホホホマミムメモヤヤユユヨヨラリルレロワワイエオンウカケABCDEFGHIJKLMNOPQRSTUVWXYZ'::text)) stored,
  add column name_key text collate "C" generated always as (
    translate(NORMALIZE(name, NFKC), '髙𠮷﨑嵜濵濱邊邉齋齊澤廣國嶋嶌櫻眞惠瀧德黑靜榮學實壽條槇淺渕應萬與當藏晉曾莊彌鐵鷗圓豐禮祿寬增龍關 ー－-‐‑–—―−~゛゜゙゚・.,’󠄀󠄁󠄂󠄃󠄄󠄅󠄆󠄇󠄈󠄉󠄊󠄋󠄌󠄍󠄎󠄏'::text, '高吉崎崎浜浜辺辺斎斉沢広国島島桜真恵滝徳黒静栄学実寿条槙浅淵応万与当蔵晋曽荘弥鉄鴎円豊礼禄寛増竜関'::text)) stored,
  add column phone1_key text collate "C" generated always as (
    reverse(regexp_replace(regexp_replace(phone1, '^\+81'::text, '0'::text), '[^0-9]'::text, ''::text, 'g'::text))) stored,
  add column phone2_key text collate "C" generated always as (
    reverse(regexp_replace(regexp_replace(phone2, '^\+81'::text, '0'::text), '[^0-9]'::text, ''::text, 'g'::text))) stored;
create index debtor_kana on city.debtor (kana_key);
create index debtor_name on city.debtor (name_key);
create index debtor_signs on city.debtor using gin (string_to_array(name_key, null));
create index debtor_phone1 on city.debtor (phone1_key) where phone1_key is not null;
create index debtor_phone2 on city.debtor (phone2_key) where phone2_key is not null;
create index debtor_birth on city.debtor (birth) where birth is not null;
alter table city.receivable add column made_by uuid;
alter table city.receivable_event
  drop constraint receivable_event_receivable_id_fkey,
  add constraint receivable_event_receivable_id_fkey foreign key (receivable_id) references city.receivable on delete cascade;
alter table city.entrustment
  add column kind text not null default 'placement'::text,
  add column plan_id uuid references city.plan,
  add column no_notice text,
  add constraint entrustment_kind_known check (kind in ('placement', 'difference'));
alter table city.disclosure alter column case_id drop not null;
create index disclosure_recent on city.disclosure (at, id);
alter table city.hold
  drop constraint hold_kind_known,
  add constraint hold_kind_known check (kind in ('referral', 'return', 'attempt', 'protection', 'desk', 'movement', 'mark'));
alter table shared.engagement add column conflict_check boolean not null default false;
alter table shared.claim add column added_on date, add column changed_on date, add column withdrawn_on date;
alter table shared.engagement add column numbered int not null default 0;
update shared.engagement e set numbered = coalesce((select max(c.number::int) from shared.casefile c where c.engagement_id = e.id), 0);
drop sequence shared.case_number;
drop index shared.casefile_worklist;
create index casefile_worklist on shared.casefile (org_id, band, next_at, id) include (balance)
  where state = 'open' and held_at is null;
create index casefile_later on shared.casefile (org_id, next_at, id) include (band) where state = 'open' and held_at is null;
create index casefile_held on shared.casefile (org_id, band, next_at, id) where state = 'open' and held_at is not null;
