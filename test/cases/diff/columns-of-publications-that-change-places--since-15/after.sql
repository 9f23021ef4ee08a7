create schema hanging_18_1000;
set search_path = hanging_18_1000;
create table t2 (id integer, k integer, t text, n numeric, p daterange);
alter table t2 drop column id cascade;
