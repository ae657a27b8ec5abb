-- Run once by a superuser (the DBA): roles belong to the cluster, not to the database, so no migration makes them.
-- May be run again: what is there stays as it is.
do $$
declare r text;
begin
  foreach r in array array['owner', 'partner_login', 'city_login', 'worker_login'] loop
    if not exists (select from pg_roles where rolname = 'portal_' || r) then
      execute format('create role %I login noinherit nobypassrls', 'portal_' || r);
    end if;
  end loop;
  if not exists (select from pg_roles where rolname = 'portal_backup') then
    create role portal_backup login bypassrls;
  end if;
  foreach r in array array['signin', 'agent', 'supervisor', 'lawyer', 'desk', 'welfare', 'auditor', 'admin', 'nightly',
                           'gate', 'contact', 'recorder'] loop
    if not exists (select from pg_roles where rolname = 'portal_' || r) then
      execute format('create role %I nologin noinherit nobypassrls', 'portal_' || r);
    end if;
  end loop;
end $$;
-- Three logins: an injected statement can become only what its login may become.
grant portal_signin, portal_agent, portal_supervisor, portal_lawyer
  to portal_partner_login with inherit false, set true;
grant portal_signin, portal_desk, portal_welfare, portal_auditor, portal_admin
  to portal_city_login with inherit false, set true;
grant portal_signin, portal_agent, portal_supervisor, portal_lawyer, portal_desk, portal_welfare, portal_auditor,
      portal_admin, portal_nightly
  to portal_worker_login with inherit false, set true;
-- The owner hands the narrow functions to the roles that own them.
grant portal_gate, portal_contact, portal_recorder to portal_owner with inherit false, set true;
