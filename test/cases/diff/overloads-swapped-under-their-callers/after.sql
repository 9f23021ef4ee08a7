create function f(a int, b text default 'y', c int default 3) returns table (i bigint, t text) language sql as 'select 1::bigint, $2';
create view v as select * from f(1);
create table t (x int);
create function g() returns int language sql begin atomic select i::int from f(2); end;
