create table t (id integer, name text, total numeric);
create table r (id integer primary key, k text, unique (id, k));
alter table t add constraint c primary key (id);
