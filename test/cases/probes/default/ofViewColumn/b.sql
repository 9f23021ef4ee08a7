create view v as select 1 as a;
alter view v alter column a set default 3;
