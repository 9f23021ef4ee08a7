create type m as enum ('c','b','a','z');
create table p (k m default 'z', n int, primary key (k)) partition by list (k);
create table pa partition of p for values in ('a');
create table pb partition of p for values in ('b','c');
create index on p (n) where k > 'a';
create view v as select * from p where k >= 'b';
create policy pol on p using (k <> 'c'::m);
