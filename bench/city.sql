-- A city of :cases cases, by the superuser with triggers off, in sets. Three partners: 60, 30 and 10 cases of a hundred.
set session_replication_role = replica;
set work_mem = '128MB';
select setseed(0.5);
update gate.deployment set test_clock = true;

insert into shared.organisation (id, kind, name, active_from) values
  (%(city)s, 'city', '豊川野市', '2026-04-01'), (%(north)s, 'call_centre', '北コールセンター', '2026-04-01'),
  (%(south)s, 'call_centre', '南コールセンター', '2026-04-01'), (%(law)s, 'law_team', '中央弁護士チーム', '2026-04-01');
-- a contract has its organisation's id, an organisation's first account too: ids need only differ within their table
insert into shared.engagement (id, org_id, title, contract_no, starts, ends)
  select o.id, o.id, '令和8年度 催告業務委託', 'R8', '2026-04-01', '2027-03-31' from shared.organisation o where o.kind <> 'city';
insert into shared.account (id, org_id, role, name, employer, starts)
  select case when n = 0 then o.id else uuidv7() end, o.id,
         case o.kind when 'city' then 'desk' when 'law_team' then 'lawyer' else 'agent' end, '試験　' || n, o.name, '2026-04-01'
    from shared.organisation o cross join generate_series(0, 19) n;
insert into shared.account (id, org_id, role, name, employer, starts)
  values (uuidv7(), %(city)s, 'nightly', '自動処理', '豊川野市', '2026-04-01');
insert into gate.session (token_hash, account_id, org_id, opened_at, expires_at)
  select sha256(t.raw), t.org, t.org, %(now)s::timestamptz - interval '1 hour', %(now)s::timestamptz + interval '400 days'
    from (values (%(desk_token)s::bytea, %(city)s::uuid), (%(agent_token)s::bytea, %(north)s::uuid),
                 (%(lawyer_token)s::bytea, %(law)s::uuid)) t (raw, org);

create temp table seat as
select n, uuidv7() as case_id, uuidv7() as person_id, uuidv7() as debtor_id,
       case when mod(n, 10) < 6 then %(north)s::uuid when mod(n, 10) < 9 then %(south)s::uuid else %(law)s::uuid end as partner,
       mod(n, 21) = 0 as gone, mod(n, 51) = 1 as referred, mod(n, 53) = 2 as returned, 3 + sign(mod(n, 3))::int as claims,
       (array[10, 15, 20, 30, 30, 30, 40, 45, 50, 51, 52, 53, 53, 60])[1 + floor(random() * 14)::int] as band,
       %(now)s::timestamptz - interval '30 days' + random() * interval '36 days' as next_at
  from generate_series(1, %(cases)s) n;

insert into city.person (id) select person_id from seat;
insert into city.debtor (id, person_id, source, number, name, kana, birth, postcode, address, phone1)
  select debtor_id, person_id, '01', lpad(n::text, 10, '0'), '試験　太郎' || n, 'シケン　タロウ', '1970-01-01', '4990001',
         '豊川野市本町' || n || '番地', '0565-00-' || lpad(mod(n, 10000)::text, 4, '0') from seat;
insert into city.intake (id, org_id, by_id, at, file_name, sha256, source, as_of, whole, state, lines)
  values (%(intake)s, %(city)s, %(city)s, %(now)s::timestamptz - interval '2 days', 'ledger.csv', repeat('0', 64), '01',
          '2026-11-23', true, 'loaded', %(cases)s);
create temp table owed as
select uuidv7() as claim_id, uuidv7() as receivable_id, s.case_id, s.debtor_id, s.partner, s.gone, s.n, nth,
       4000 + mod(s.n * 37 + nth * 101, 600) * 100 as yen, date '2025-09-30' - 30 * nth as due_on, k.*
  from seat s cross join generate_series(1, s.claims) nth
  join city.claim_kind k on k.code = (array['201', '202', '204', '205'])[1 + mod(s.n, 4)] and k.version = 1;
insert into city.receivable (id, debtor_id, kind_code, kind_version, class, cause_from, cause_to, fiscal_year, instalment, branch,
                             notice_no, summary, assessed, paid, due_on, last_day, verdict, as_of, intake_id)
  select receivable_id, debtor_id, code, version, class, cause_from, cause_to, '2025', nth, '0', 'N' || n || '-' || nth,
         '第一小学校　5月分', yen, 0, due_on, due_on + 1826, 'accepted', '2026-11-23', %(intake)s from owed;

insert into shared.casefile (id, org_id, engagement_id, number, state, held_at, placed_on, balance, claims, oldest_due, paid_through,
                             has_phone, tries, last_at, band, reason, next_at)
  select s.case_id, case when s.gone then %(city)s else s.partner end, s.partner, (10000000 + s.n)::text,
         case when s.gone then 'recalled' else 'open' end, case when s.referred then %(now)s::timestamptz end, '2026-11-04',
         o.yen, s.claims, '2025-03-31', '2026-11-23', s.band < 60, mod(s.n, 5), %(now)s::timestamptz - interval '2 days',
         s.band, case when s.band < 60 then 'ordinary' else 'no_phone' end, s.next_at
    from seat s join (select case_id, sum(yen) as yen from owed group by 1) o using (case_id);
insert into shared.contactee (case_id, org_id, name, kana, birth, postcode, address, phone1)
  select case_id, partner, '試験　太郎' || n, 'シケン　タロウ', '1970-01-01', '4990001', '豊川野市本町' || n || '番地',
         '0565-00-' || lpad(mod(n, 10000)::text, 4, '0') from seat where not gone;
insert into shared.claim (id, org_id, case_id, kind_code, kind_name, class, legal_basis, fiscal_year, instalment, notice_no, summary,
                          assessed, balance, due_on, last_day)
  select claim_id, case when gone then %(city)s else partner end, case_id, code, name_ja, class, legal_basis, '2025', nth,
         'N' || n || '-' || nth, '第一小学校　5月分', yen, yen, due_on, due_on + 1826 from owed;
insert into shared.tombstone (case_id, org_id, number, ended_at, outcome)
  select case_id, partner, (10000000 + n)::text, %(now)s::timestamptz - mod(n, 500) * interval '1 hour', 'recalled' from seat where gone;
insert into shared.attempt (id, org_id, case_id, by_id, at, channel, number, result, note, verdict)
  select uuidv7(), case when gone then %(city)s else partner end, case_id, partner,
         %(now)s::timestamptz - (nth * 4 + 1) * interval '1 day' - mod(n, 300) * interval '1 minute', 'call',
         '+8156500' || lpad(mod(n, 10000)::text, 4, '0'), '10', '応答なし', 'yes'
    from seat cross join generate_series(1, mod(n, 5)) nth;
insert into shared.referral (id, org_id, case_id, by_id, at, noticed_by, urgency, boxes, words, consent)
  select uuidv7(), partner, case_id, partner, %(now)s::timestamptz - mod(n, 500) * interval '1 hour', 'call', 'medium', '{income}',
         '食費がない', 'oral' from seat where referred and not gone;
insert into shared.return (id, org_id, case_id, by_id, at, reason)
  select uuidv7(), partner, case_id, partner, %(now)s::timestamptz - mod(n, 500) * interval '1 hour', 'refused'
    from seat where returned and not gone;
insert into shared.acceptance (id, org_id, case_id, by_id, at, decision)
  select uuidv7(), partner, case_id, partner, %(now)s::timestamptz - interval '10 days', 'accepted' from seat where not gone;

insert into city.placement (case_id, org_id, engagement_id, entrustment_id, person_id, placed_at, ended_at, end_reason)
  select case_id, partner, partner, partner, person_id, '2026-11-04 10:20+09', case when gone then %(now)s::timestamptz end,
         case when gone then 'recalled' end from seat;
insert into city.entrustment (id, engagement_id, org_id, by_id, at, decision_no, decided_on, cases, claims, total)
  select s.partner, s.partner, s.partner, %(city)s, '2026-11-04 10:20+09', '債管第1号', '2026-11-04', count(*), sum(s.claims), 0
    from seat s group by s.partner;
insert into city.placement_line (claim_id, case_id, receivable_id, ended_at)
  select claim_id, case_id, receivable_id, case when gone then %(now)s::timestamptz end from owed;
insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at)
  select uuidv7(), person_id, 'referral', uuidv7(), partner, partner, %(now)s::timestamptz from seat where referred;
-- what was looked at before: the entry of a page is added to indexes that are full already
insert into audit.event (at, tree_org, actor_id, actor_org, actor_role, login, action, noun, verb, ids, cases)
  select %(now)s::timestamptz - nth * interval '1 day', partner, partner, partner, 'portal_agent', 'portal_partner_login', 'case:list',
         'casefile', 'read', array_agg(case_id), array_agg(case_id)
    from seat cross join generate_series(1, 5) nth group by partner, n / 25, nth;
drop table seat, owed;
