do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to portal_partner_login, portal_city_login, portal_worker_login, portal_backup', current_database());
end $$;
revoke all on schema public from public;
-- global: the IN SCHEMA form cannot take PUBLIC's default away
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;
create schema gate;
create schema city;
create schema shared;
create schema audit;
create sequence shared.case_number;
