create function add(a integer, b integer) returns integer language sql immutable as $$ select a + b $$;
create aggregate total(integer) (sfunc = add, stype = integer, initcond = '1', parallel = safe);
create operator === (function = add, leftarg = integer, rightarg = integer, commutator = ===);
create type pair as (x integer, y integer);
create function pair_text(p pair) returns text language sql immutable as $$ select p.x::text $$;
create cast (pair as text) with function pair_text(pair) as assignment;
