create schema hanging_18_2037;
set search_path = hanging_18_2037;
create table t2 (id integer, k integer, t text, n numeric, p daterange);
alter table t2 add constraint n1 exclude using btree (t with =) where (id > 0);
