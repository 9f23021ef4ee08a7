create function f(a int, b text default 'x') returns table (i int, t text) language sql as 'select 1, $2';
create view v as select * from f(1);
create table t (x int);
create function g() returns int language sql begin atomic select i from f(2); end;
