create table t (id integer, name text, total numeric);
create view v as select id from t where id > 0 with cascaded check option;
