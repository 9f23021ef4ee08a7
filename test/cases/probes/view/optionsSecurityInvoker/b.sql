-- since: 15
create view v with (security_invoker) as select 1 as a;
