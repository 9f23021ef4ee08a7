create schema hanging_18_1000;
set search_path = hanging_18_1000;
create table t2 (id integer, k integer, t text, n numeric, p daterange);
create publication w1 for table t2 (id, k) where (id > 3);
