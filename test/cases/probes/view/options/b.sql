create view v with (security_barrier) as select 1 as a;
