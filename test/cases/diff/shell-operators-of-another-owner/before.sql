create function near(a integer, b integer) returns boolean language sql immutable return abs(a - b) < 2;
