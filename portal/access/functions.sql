-- The narrow functions: the only code that sees more than its caller may. Owners and callers stand in policy.py.
-- pg_temp stands last, and by name: left out it would be searched first, and a caller's own temporary type called text
-- would run the caller's code with the owner's rights.

-- The context of a transaction is sealed with a key only the gate can read, so no injected set_config can forge it.
create function gate.seal(p_role text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(s.key || sha256(s.key || convert_to(concat_ws('|',
      current_setting('portal.account'), current_setting('portal.org'), p_role, current_setting('portal.action'),
      current_setting('portal.now'), extract(epoch from now())), 'UTF8'))), 'hex')
    from gate.secret s
$$;

create function gate.enter(p_account text, p_org text, p_role text, p_action text, p_now timestamptz, p_patience text)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('portal.account', p_account, true), set_config('portal.org', p_org, true),
          set_config('portal.action', p_action, true), set_config('portal.now', p_now::text, true),
          set_config('statement_timeout', p_patience, true), set_config('lock_timeout', '5s', true);
  perform set_config('portal.seal', gate.seal(p_role), true);
end
$$;

create function gate.check_clock(p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if abs(extract(epoch from clock_timestamp() - p_now)) > 5 and not (select d.test_clock from gate.deployment d) then
    raise exception 'clock differs' using errcode = '28000';
  end if;
end
$$;

-- Every policy asks for the organisation, so this runs in each statement, once a table. It is gate.seal in one piece, and
-- what calls it is plpgsql: SQL functions nested in one another take twice as long to start.
create function access.sealed() returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
declare v_key bytea;
begin
  select s.key into v_key from gate.secret s;
  if encode(sha256(v_key || sha256(v_key || convert_to(concat_ws('|',
       current_setting('portal.account'), current_setting('portal.org'), current_setting('role'),
       current_setting('portal.action'), current_setting('portal.now'), extract(epoch from now())), 'UTF8'))), 'hex')
     is distinct from current_setting('portal.seal') then
    raise exception 'forged context' using errcode = '28000';
  end if;
  return true;
end
$$;

create function access.org() returns uuid
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
  return case when access.sealed() then nullif(current_setting('portal.org'), '')::uuid end;
end
$$;

create function access.me() returns uuid
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
  return case when access.sealed() then nullif(current_setting('portal.account'), '')::uuid end;
end
$$;

create function access.now() returns timestamptz
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
begin
  return case when access.sealed() then current_setting('portal.now')::timestamptz end;
end
$$;

-- Is this account, of this organisation, alive on this day? Partners also need a contract that runs.
create function gate.alive(p_account uuid, p_now timestamptz)
returns table (role text, account_id uuid, org_id uuid, org_kind text, name text, org_name text, city_name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'portal_' || a.role, a.id, a.org_id, o.kind, a.name, o.name,
         (select c.name from shared.organisation c where c.kind = 'city')
    from shared.account a
    join shared.organisation o on o.id = a.org_id
    cross join (select (p_now at time zone 'Asia/Tokyo')::date as d) t
   where a.id = p_account and t.d between a.starts and a.ends and t.d between o.active_from and o.active_until
     and (o.kind = 'city' or exists (
          select from shared.engagement e where e.org_id = o.id and t.d between e.starts and e.ends))
$$;

-- Opens every transaction of a signed-in person.
create function access.bind(p_token bytea, p_action text, p_now timestamptz)
returns table (role text, account_id uuid, org_id uuid, org_kind text, name text, org_name text, city_name text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform gate.check_clock(p_now);
  select p.* into role, account_id, org_id, org_kind, name, org_name, city_name
    from gate.session s cross join lateral gate.alive(s.account_id, p_now) p
   where s.token_hash = sha256(p_token) and s.ended_at is null and s.expires_at > p_now;
  if not found or not pg_has_role(session_user, role, 'SET') then
    raise exception 'no principal' using errcode = '28000';
  end if;
  perform gate.enter(account_id::text, org_id::text, role, p_action, p_now, '15s');
  return next;
end
$$;

-- Opens a job: the worker becomes the person who asked; the ticket stays locked until the job's transaction ends.
create function access.bind_job(p_ticket uuid, p_now timestamptz)
returns table (role text, account_id uuid, org_id uuid, org_kind text, name text, org_name text, city_name text,
               action text, args jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform gate.check_clock(p_now);
  select j.action, j.args, j.account_id into action, args, account_id
    from access.outbox j where j.id = p_ticket and j.done_at is null for update skip locked;
  if not found then raise exception 'no ticket' using errcode = 'P0404'; end if;
  select p.* into role, account_id, org_id, org_kind, name, org_name, city_name from gate.alive(account_id, p_now) p;
  if not found then raise exception 'no principal' using errcode = '28000'; end if;
  update access.outbox j set done_at = p_now where j.id = p_ticket;
  perform gate.enter(account_id::text, org_id::text, role, action, p_now, '0');
  return next;
end
$$;

-- Opens the sweeper's and the scheduler's transactions.
create function access.bind_nightly(p_action text, p_now timestamptz)
returns table (role text, account_id uuid, org_id uuid, org_kind text, name text, org_name text, city_name text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform gate.check_clock(p_now);
  select p.* into role, account_id, org_id, org_kind, name, org_name, city_name
    from shared.account a cross join lateral gate.alive(a.id, p_now) p where a.role = 'nightly';
  if not found then raise exception 'no principal' using errcode = '28000'; end if;
  perform gate.enter(account_id::text, org_id::text, role, p_action, p_now, '60s');
  return next;
end
$$;

-- Opens what the city does by itself, at its own hours or at the server's prompt: with the desk's rights, in the name of
-- the account of the nightly jobs, which nobody can sign in with. Only the actions that stand here.
create function access.bind_system(p_action text, p_now timestamptz)
returns table (role text, account_id uuid, org_id uuid, org_kind text, name text, org_name text, city_name text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform gate.check_clock(p_now);
  if p_action not in ('intake:load', 'intake:unprotect', 'match:propose', 'recall:finalise', 'engagement:close',
                      'conflict:close', 'stoplist:write') then
    raise exception 'no action of the system' using errcode = '28000';
  end if;
  select p.* into role, account_id, org_id, org_kind, name, org_name, city_name
    from shared.account a cross join lateral gate.alive(a.id, p_now) p where a.role = 'nightly';
  if not found then raise exception 'no principal' using errcode = '28000'; end if;
  role := 'portal_desk';
  perform gate.enter(account_id::text, org_id::text, role, p_action, p_now, '0');
  return next;
end
$$;

-- Opens the transactions of nobody in particular: the sign-in page.
create function access.bind_signin(p_action text, p_now timestamptz)
returns table (role text) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform gate.check_clock(p_now);
  role := 'portal_signin';
  perform gate.enter('', '', role, p_action, p_now, '5s');
  return next;
end
$$;

-- Signing in. Each login reaches only the accounts whose role it may become.
create function access.credential_of(p_login text)
returns table (account_id uuid, password_hash text, totp bytea, last_step bigint, locked boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.account_id, c.password_hash, c.totp, c.last_step, coalesce(c.locked_until > access.now(), false)
    from gate.credential c join shared.account a on a.id = c.account_id
   where c.login = p_login and c.password_hash is not null and pg_has_role(session_user, 'portal_' || a.role, 'SET')
$$;

create function access.miss(p_login text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update gate.credential c
     set failed = c.failed + 1,
         locked_until = case when (c.failed + 1) % 10 = 0 then access.now() + interval '15 minutes' else c.locked_until end
    from shared.account a
   where c.login = p_login and a.id = c.account_id and pg_has_role(session_user, 'portal_' || a.role, 'SET')
$$;

create function access.open_session(p_account uuid, p_token bytea, p_step bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_role text; v_org uuid;
begin
  select p.role, p.org_id into v_role, v_org from gate.alive(p_account, access.now()) p;
  if not found or not pg_has_role(session_user, v_role, 'SET') then return false; end if;
  update gate.credential c set last_step = p_step, failed = 0
   where c.account_id = p_account and c.last_step < p_step;                       -- a code opens one session only
  if not found then return false; end if;
  insert into gate.session (token_hash, account_id, org_id, opened_at, expires_at)
  values (sha256(p_token), p_account, v_org, access.now(), access.now() + interval '10 hours');
  return true;
end
$$;

create function access.close_session(p_token bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update gate.session s set ended_at = access.now()
   where s.token_hash = sha256(p_token) and s.account_id = access.me() and s.ended_at is null
$$;

-- An administrator invites; the invited person alone sets password and one-time code. Inviting again (p_login null)
-- takes the old password, code and sessions away. Answers the login; P0404 when there is none to invite again.
create function access.invite(p_account uuid, p_login text, p_token bytea) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_login text;
begin
  if p_login is not null then
    insert into gate.credential (account_id, login) values (p_account, p_login) returning login into v_login;
  else
    update gate.credential c set password_hash = null, totp = null where c.account_id = p_account
    returning c.login into v_login;
    if not found then raise exception 'no such login' using errcode = 'P0404'; end if;
    update gate.session s set ended_at = access.now() where s.account_id = p_account and s.ended_at is null;
  end if;
  update gate.enrolment e set used_at = access.now() where e.account_id = p_account and e.used_at is null;
  insert into gate.enrolment (token_hash, account_id, expires_at)
  values (sha256(p_token), p_account, access.now() + interval '72 hours');
  return v_login;
end
$$;

create function access.enrolment_of(p_token bytea) returns table (account_id uuid, login text, name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.id, c.login, a.name
    from gate.enrolment e join gate.credential c on c.account_id = e.account_id join shared.account a on a.id = e.account_id
   where e.token_hash = sha256(p_token) and e.used_at is null and e.expires_at > access.now()
$$;

create function access.enrol(p_token bytea, p_password_hash text, p_totp bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_account uuid;
begin
  update gate.enrolment e set used_at = access.now()
   where e.token_hash = sha256(p_token) and e.used_at is null and e.expires_at > access.now()
  returning e.account_id into v_account;
  if not found then return false; end if;
  update gate.credential c set password_hash = p_password_hash, totp = p_totp, failed = 0, locked_until = null
   where c.account_id = v_account;
  return true;
end
$$;

-- Once, by the owner: the city itself, the account of the nightly jobs, and the first administrator's invitation.
create function access.found(p_city text, p_login text, p_token bytea, p_test_clock boolean, p_now timestamptz) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_city uuid := gen_random_uuid(); v_admin uuid := gen_random_uuid();
        v_today date := (p_now at time zone 'Asia/Tokyo')::date;
begin
  if exists (select from shared.organisation) then raise exception 'the city exists' using errcode = '23505'; end if;
  update gate.deployment set test_clock = p_test_clock;
  perform gate.enter('', '', current_setting('role'), 'city:found', p_now, '60s');
  insert into shared.organisation (id, kind, name, active_from) values (v_city, 'city', p_city, v_today);
  insert into shared.account (id, org_id, role, name, starts) values
    (gen_random_uuid(), v_city, 'nightly', '自動処理', v_today), (v_admin, v_city, 'admin', '最初の管理者', v_today);
  perform access.invite(v_admin, p_login, p_token);
  return v_admin;
end
$$;

-- The next p_count case numbers of a contract, answered by the first. They run by contract: with one row of numbers for
-- all, each partner could count what the others were given.
create function access.number_cases(p_engagement uuid, p_count integer) returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update shared.engagement e set numbered = e.numbered + p_count where e.id = p_engagement and p_count > 0
  returning e.numbered - p_count + 1
$$;

-- One person, one budget, one lock, over all partners: facts, never whose. Not the caller's case: no row.
create function access.contact_facts(p_case uuid)
returns table (held boolean, busy boolean, tried_at timestamptz[], channels text[], results text[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid;
begin
  select p.person_id into v_person from city.placement p
   where p.case_id = p_case and p.org_id = access.org() and p.ended_at is null;
  if not found then return; end if;
  perform 1 from city.person x where x.id = v_person for no key update;           -- serialises contact with this person
  return query
    select exists (select from city.hold h where h.person_id = v_person and h.lifted_at is null),
           coalesce(bool_or(a.state = 'open' and a.at > access.now() - interval '20 minutes'), false),
           coalesce(array_agg(a.at order by a.at), '{}'), coalesce(array_agg(a.channel order by a.at), '{}'),
           coalesce(array_agg(case when a.result = '01' then '01' else '10' end order by a.at), '{}')
      from city.placement p
      join shared.attempt a on a.case_id = p.case_id and a.at > access.now() - interval '30 days'
     where p.person_id = v_person;
end
$$;

-- BEFORE INSERT on attempt. Another partner's case must look like one that is not there: policy and foreign key answer.
create function access.guard_attempt() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid; v_hour time;
begin
  -- a line that is up began now, and nothing took place later: another hour would slip past, or eat up, others' counts
  new.at := case when new.state = 'open' then access.now() else least(new.at, access.now()) end;
  v_hour := (new.at at time zone 'Asia/Tokyo')::time;
  new.breach := new.verdict = 'no' and new.channel <> 'incoming'
             or new.channel = 'call' and (v_hour < '08:00' or v_hour >= '21:00');
  select p.person_id into v_person from city.placement p
   where p.case_id = new.case_id and p.org_id = new.org_id and p.ended_at is null and p.org_id = access.org();
  if not found then return new; end if;
  perform 1 from city.person x where x.id = v_person for no key update;
  if new.state = 'open' and (
       exists (select from city.hold h where h.person_id = v_person and h.lifted_at is null)
    or exists (select from city.placement p join shared.attempt a on a.case_id = p.case_id
                where p.person_id = v_person and a.state = 'open' and a.at > access.now() - interval '20 minutes')) then
    raise exception 'contact is stopped' using errcode = 'P0409';
  end if;
  if new.channel <> 'incoming' and exists (
       select from city.hold h where h.person_id = v_person and h.at <= new.at
          and (h.lifted_at is null or h.lifted_at > new.at)) then
    new.breach := true;
  end if;
  return new;
end
$$;

-- AFTER INSERT on whatever stops contact (a referral, a return): one hold on the person.
create function access.stop_contact() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_person uuid;
begin
  select p.person_id into v_person from city.placement p
   where p.case_id = new.case_id and p.org_id = new.org_id and p.ended_at is null and p.org_id = access.org();
  if not found then raise foreign_key_violation using message = 'no such case'; end if;
  perform 1 from city.person x where x.id = v_person for no key update;
  insert into city.hold (id, person_id, kind, source_id, source_org, by_id, at)
  values (gen_random_uuid(), v_person, tg_table_name, new.id, new.org_id, access.me(), access.now());
  return null;
end
$$;

-- AFTER INSERT on hold: a neutral mark on every live case of the person; no partner learns who or why.
create function access.freeze() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform 1 from city.person x where x.id = new.person_id for no key update;
  update shared.casefile c set held_at = access.now() from city.placement p
   where p.person_id = new.person_id and p.ended_at is null and c.id = p.case_id and c.held_at is null;
  return null;
end
$$;

create function access.thaw() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform 1 from city.person x where x.id = new.person_id for no key update;
  if not exists (select from city.hold h where h.person_id = new.person_id and h.lifted_at is null) then
    update shared.casefile c set held_at = null from city.placement p
     where p.person_id = new.person_id and p.ended_at is null and c.id = p.case_id;
  end if;
  return null;
end
$$;

-- AFTER INSERT on placement: a case placed while the person is held is born held.
create function access.born_held() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform 1 from city.person x where x.id = new.person_id for no key update;
  update shared.casefile c set held_at = access.now()
   where c.id = new.case_id
     and exists (select from city.hold h where h.person_id = new.person_id and h.lifted_at is null);
  return null;
end
$$;

-- AFTER UPDATE of placement.person_id or hold.person_id: two persons turned out to be one, or to be two after all.
-- The neutral mark follows the holds of whom each live case now belongs to.
create function access.rehold() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform 1 from city.person x where x.id in (old.person_id, new.person_id) order by x.id for no key update;
  update shared.casefile c
     set held_at = case when h.held then coalesce(c.held_at, access.now()) end
    from city.placement p
    cross join lateral (select exists (select from city.hold x where x.person_id = p.person_id and x.lifted_at is null) as held) h
   where p.person_id in (old.person_id, new.person_id) and p.ended_at is null and c.id = p.case_id
     and (c.held_at is not null) <> h.held;
  return null;
end
$$;

-- BEFORE UPDATE of debtor.protected: the mark comes off only with a second person's word, and the word is used up. The
-- word is on the person, or on the load whose file has the mark no more, for the persons asked about there; at the prompt
-- the operator gives it.
create function access.guard_protection() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('portal.action') = 'intake:unprotect'
     and exists (select from shared.account a where a.id = access.me() and a.role = 'nightly') then
    return new;
  end if;
  update city.approval a set used_at = access.now()
   where (a.action = 'protection:lift' and a.noun_id = new.person_id or a.action = 'intake:unprotect'
            and a.noun_id in (select i.id from city.intake i join city.movement m on m.intake_id = i.id
                               where i.state = 'loading' and m.person_id = new.person_id and m.code = 'unprotected'
                                 and m.decision = 'seen'))
     and a.decision = 'approved' and (a.used_at is null or a.used_at = access.now());
  if not found then raise exception 'a second person must approve' using errcode = 'P0403'; end if;
  return new;
end
$$;

-- BEFORE UPDATE of hold.lifted_at on a protection hold: it ends only together with the mark, on the same word.
create function access.guard_protection_hold() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('portal.action') = 'intake:unprotect'
     and exists (select from shared.account a where a.id = access.me() and a.role = 'nightly') then
    return new;
  end if;
  if not exists (select from city.approval a
                  where (a.action = 'protection:lift' and a.noun_id = new.person_id or a.action = 'intake:unprotect'
                           and a.noun_id in (select i.id from city.intake i join city.movement m on m.intake_id = i.id
                                              where i.state = 'loading' and m.person_id = new.person_id
                                                and m.code = 'unprotected' and m.decision = 'seen'))
                    and a.used_at = access.now()) then
    raise exception 'a second person must approve' using errcode = 'P0403';
  end if;
  return new;
end
$$;

-- BEFORE UPDATE of hold.person_id on a live protection hold: it follows the marked numbers of the person, after them, and
-- leaves nobody behind who is marked and has none.
create function access.guard_protection_move() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from city.debtor d where d.person_id = new.person_id and d.protected)
     or exists (select from city.debtor d where d.person_id = old.person_id and d.protected)
        and not exists (select from city.hold h where h.person_id = old.person_id and h.kind = 'protection'
                           and h.lifted_at is null and h.id <> old.id) then
    raise exception 'a protection stays with whom it protects' using errcode = 'P0403';
  end if;
  return new;
end
$$;

-- BEFORE UPDATE of casefile.org_id: a case goes back to the city, never straight to another partner.
create function access.guard_hands() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from shared.organisation o where o.id = new.org_id and o.kind = 'city') then
    raise exception 'a case goes back to the city only' using errcode = '23514';
  end if;
  return new;
end
$$;

-- Ledger -> every live copy, by trigger, so that no door can forget it. Runs with the caller's own rights.
create function city.copy_balance() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  with moved as (
    update shared.claim c set balance = n.balance
      from new_rows n join old_rows o using (id)
      join city.placement_line l on l.receivable_id = n.id and l.ended_at is null
     where c.id = l.claim_id and n.balance <> o.balance
    returning c.case_id, n.balance - o.balance as delta)
  update shared.casefile f set balance = f.balance + m.delta
    from (select case_id, sum(delta)::bigint as delta from moved group by 1) m where f.id = m.case_id;
  return null;
end
$$;

-- A partner's act that lands on somebody else's row.
create function audit.foreign_row(p_org uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select current_setting('role') in ('portal_agent', 'portal_supervisor', 'portal_lawyer')
     and p_org is not null and p_org <> access.org()
$$;

-- One entry a statement, organisation and set of columns (at most 1,000 rows each). An effect on another partner's row
-- stands in that partner's tree as the city's act; who caused it stands in the city's tree only. argv: the key column.
create function audit.changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_key text := tg_argv[0]; v_action text := nullif(current_setting('portal.action', true), '');
        v_columns text[];
begin
  if v_action is null then raise exception 'change without an action' using errcode = '28000'; end if;
  if tg_op = 'UPDATE' then
    with o as materialized (select to_jsonb(r) j from old_rows r), n as materialized (select to_jsonb(r) j from new_rows r),
    d as (select (o.j->>'org_id')::uuid org, (n.j->>v_key)::uuid id,
                 (case when tg_table_name = 'casefile' then n.j->>'id' else n.j->>'case_id' end)::uuid case_id,
                 array(select x.key from jsonb_each(n.j) x where x.value is distinct from o.j->x.key order by 1) cols
            from o join n on n.j->>v_key = o.j->>v_key),
    w as (select d.*, row_number() over (partition by org, cols) / 1000 g from d where cols <> '{}'),
    x as (select org, cols, array_agg(id) ids, array_remove(array_agg(distinct case_id), null) cases,
                 audit.foreign_row(org) f from w group by org, cols, g)
    insert into audit.event (at, tree_org, actor_id, actor_org, actor_role, login, action, noun, verb, ids, cases, columns)
    select access.now(), org, case when not f then access.me() end, case when not f then access.org() end,
           case when f then 'portal_city' else current_setting('role') end, case when f then 'system' else session_user end,
           case when f then 'system' else v_action end, tg_table_name, 'update', ids, cases, cols from x
    union all
    select access.now(), null, access.me(), access.org(), current_setting('role'), session_user, v_action, tg_table_name,
           'cause', ids, cases, cols from x where f;
  else
    -- Columns by name, not the whole row as JSON: of a load of 700,000 rows that would be a quarter of the time.
    v_columns := array(select a.attname from pg_attribute a where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped);
    execute format($q$
      insert into audit.event (at, tree_org, actor_id, actor_org, actor_role, login, action, noun, verb, ids, cases)
      select access.now(), org, access.me(), access.org(), current_setting('role'), session_user, $1, $2, $3,
             array_agg(id), array_remove(array_agg(distinct case_id), null)
        from (select %s org, r.%I id, %s case_id, row_number() over () / 1000 g from moved_rows r) w
       group by org, g$q$,
      case when 'org_id' = any(v_columns) then 'r.org_id' else 'null::uuid' end, v_key,
      case when tg_table_name = 'casefile' then 'r.id' when 'case_id' = any(v_columns) then 'r.case_id' else 'null::uuid' end)
      using v_action, tg_table_name, lower(tg_op);
  end if;
  return null;
end
$$;

-- An entry for reading or refusing. Doors that show a person call it before the first byte.
create function access.note(p_noun text, p_verb text, p_ids uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_verb not in ('read', 'refuse', 'export') then raise exception 'no such note' using errcode = '22023'; end if;
  insert into audit.event (at, tree_org, actor_id, actor_org, actor_role, login, action, noun, verb, ids, cases)
  values (access.now(), access.org(), access.me(), access.org(), current_setting('role'), session_user,
          current_setting('portal.action'), p_noun, p_verb, p_ids,
          case when p_noun = 'casefile' then p_ids else '{}' end);
end
$$;
