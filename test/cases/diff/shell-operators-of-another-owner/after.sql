create function near(a integer, b integer) returns boolean language sql immutable return abs(a - b) < 2;
create operator ~~~~ (leftarg = integer, rightarg = integer, function = near, negator = !!~~);
create operator +~~ (leftarg = integer, rightarg = integer, function = near, commutator = ~~+);
alter operator !!~~ (integer, integer) owner to pg_monitor;
alter operator ~~+ (integer, integer) owner to pg_monitor;
