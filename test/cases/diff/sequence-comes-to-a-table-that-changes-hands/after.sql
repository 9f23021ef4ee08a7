create schema s; create table s.t (x int primary key, y serial); alter table s.t owner to pg_monitor;
