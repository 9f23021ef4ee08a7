create type e as enum ('a');
create function f(e) returns integer language sql immutable as 'select 1';
create cast (e as integer) with inout;
