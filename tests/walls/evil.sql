-- An attacker's own schema and temporary types, called like those of pg_catalog. Where code with an owner's rights uses one
-- of them, it stops with an error of its own; for anybody else they do nothing.
create function evil.caught() returns void language plpgsql set search_path = pg_catalog as $$
begin
  if current_user in ('portal_gate', 'portal_contact', 'portal_recorder') then
    raise exception 'the attacker runs as %', current_user using errcode = 'P0666';
  end if;
end $$;
do $$
declare kind text; sign text; number int := 0;
begin
  foreach kind in array array['uuid', 'text', 'bytea', 'timestamptz', 'date', 'bigint', 'integer', 'time'] loop
    foreach sign in array array['=', '<>', '<', '<=', '>', '>='] loop
      number := number + 1;
      execute format('create function evil.compare_%s(a pg_catalog.%I, b pg_catalog.%I) returns boolean language plpgsql as'
        ' ''begin perform evil.caught(); return a operator(pg_catalog.%s) b; end''', number, t, t, sign)
        from (select case kind when 'bigint' then 'int8' when 'integer' then 'int4' else kind end as t) x;
      execute format('create operator evil.%s (leftarg = pg_catalog.%I, rightarg = pg_catalog.%I, function = evil.compare_%s)',
        sign, t, t, number) from (select case kind when 'bigint' then 'int8' when 'integer' then 'int4' else kind end as t) x;
    end loop;
  end loop;
  foreach kind in array array['uuid', 'text', 'timestamptz', 'date', 'bytea', 'time', 'interval'] loop
    execute format('create function evil.peek_%s(v pg_catalog.%s) returns boolean language plpgsql as'
      ' ''begin perform evil.caught(); return true; end''', kind, kind);
    execute format('create domain pg_temp.%s as pg_catalog.%s check (evil.peek_%s(value))', kind, kind, kind);
  end loop;
end $$;
create function evil.current_setting(pg_catalog.text) returns pg_catalog.text language plpgsql as
  'begin perform evil.caught(); return pg_catalog.current_setting($1); end';
create function evil.current_setting(pg_catalog.text, boolean) returns pg_catalog.text language plpgsql as
  'begin perform evil.caught(); return pg_catalog.current_setting($1, $2); end';
create function evil.set_config(pg_catalog.text, pg_catalog.text, boolean) returns pg_catalog.text language plpgsql as
  'begin perform evil.caught(); return pg_catalog.set_config($1, $2, $3); end';
create function evil.sha256(pg_catalog.bytea) returns pg_catalog.bytea language plpgsql as
  'begin perform evil.caught(); return pg_catalog.sha256($1); end';
create function evil.gen_random_uuid() returns pg_catalog.uuid language plpgsql as
  'begin perform evil.caught(); return pg_catalog.gen_random_uuid(); end';
create function evil.pg_has_role(name, pg_catalog.text, pg_catalog.text) returns boolean language plpgsql as
  'begin perform evil.caught(); return pg_catalog.pg_has_role($1, $2, $3); end';
