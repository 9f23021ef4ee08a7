create table t (id integer, name text, total numeric);
comment on table t is 'one';
