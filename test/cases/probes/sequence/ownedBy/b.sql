create table t (id integer, name text, total numeric);
create sequence s owned by t.id;
