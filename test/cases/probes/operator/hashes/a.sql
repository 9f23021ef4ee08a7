create type e as enum ('a');
create function f(e, e) returns boolean language sql immutable as 'select true';
create function g(e, e) returns boolean language sql immutable as 'select true';
create operator === (leftarg = e, rightarg = e, function = f, commutator = ===);
