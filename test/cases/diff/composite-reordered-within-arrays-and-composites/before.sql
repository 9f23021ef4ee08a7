create type c as (a int, b text);
create table t (id int, x c, y c[]);
create table typed of c;
create function f(c) returns c language sql as 'select $1';
create view v as select (x).a, y from t;
create type d as (inner_c c, n int);
create table u (z d);
insert into t values (1, row(1,'x'), array[row(2,'y')::c]);
insert into u values (row(row(1,'q'),5));
