create type c as (b text, a bigint, new int);
create table t (id int, x c, y c[]);
create table typed of c;
create function f(c) returns c language sql as 'select $1';
create view v as select (x).a, y from t;
create type d as (inner_c c, n int);
create table u (z d);
