create table t (a integer, b text);
create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create function g() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger one before insert or update of b on t for each row when (new.a > 1) execute function g('x', 'y');
create trigger two after update on t for each row execute function f();
alter table t disable trigger two;
create constraint trigger three after insert on t deferrable initially deferred for each row execute function f();
create trigger four after insert on t referencing new table as fresh for each statement execute function g();
alter table t enable always trigger four;
