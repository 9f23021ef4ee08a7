create table t (a integer, b text);
create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create function g() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger one before insert on t for each row execute function f();
create trigger two after update on t for each row execute function f();
create constraint trigger three after insert on t deferrable for each row execute function f();
