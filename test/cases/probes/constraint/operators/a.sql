create table t (id integer, name text, total numeric);
create table r (id integer primary key, k text, unique (id, k));
alter table t add constraint c exclude using gist (int4range(id, id) with &&);
