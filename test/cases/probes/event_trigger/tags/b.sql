create function f() returns event_trigger language plpgsql as $$begin null; end$$;
create event trigger :"probe" on sql_drop when tag in ('DROP CAST') execute function f();
