-- Takes the law off the tables, so that a migration can lay its own version of it anew: policies, triggers, grants and the
-- narrow functions; FORCE too, or a new foreign key could not be checked. Tables and rows stay. The owner of a schema may drop what stands in it, whoever owns that.
do $$
declare
  schemas constant regnamespace[] := array['access', 'gate', 'city', 'shared', 'audit']::regnamespace[];
  x record;
begin
  for x in select c.oid::regclass as place from pg_class c where c.relnamespace = any(schemas) and c.relforcerowsecurity loop
    execute format('alter table %s no force row level security', x.place);
  end loop;
  for x in select p.polname, p.polrelid::regclass as place from pg_policy p join pg_class c on c.oid = p.polrelid
            where c.relnamespace = any(schemas) loop
    execute format('drop policy %I on %s', x.polname, x.place);
  end loop;
  for x in select t.tgname, t.tgrelid::regclass as place from pg_trigger t join pg_class c on c.oid = t.tgrelid
            where c.relnamespace = any(schemas) and not t.tgisinternal loop
    execute format('drop trigger %I on %s', x.tgname, x.place);
  end loop;
  for x in select p.oid::regprocedure as routine from pg_proc p where p.pronamespace = any(schemas) loop
    execute format('drop function %s', x.routine);
  end loop;
  for x in select c.oid::regclass as place, r.rolname, c.relkind from pg_class c cross join pg_roles r
            where c.relnamespace = any(schemas) and c.relkind in ('r', 'S') and r.rolname ~ '^portal_' and r.rolname <> 'portal_owner'
              and c.relname <> 'alembic_version' loop
    execute format('revoke all on %s %s from %I', case x.relkind when 'S' then 'sequence' else 'table' end, x.place, x.rolname);
  end loop;
  for x in select n.nspname, r.rolname from pg_namespace n cross join pg_roles r
            where n.oid = any(schemas) and r.rolname ~ '^portal_' and r.rolname <> 'portal_owner' loop
    execute format('revoke all on schema %I from %I', x.nspname, x.rolname);
  end loop;
end $$;
