create function f() returns event_trigger language plpgsql as $$begin null; end$$;
create event trigger :"probe" on ddl_command_end when tag in ('DROP CONVERSION') execute function f();
