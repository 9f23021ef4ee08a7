create table t (id integer, name text, total numeric);
comment on column t.name is 'new';
