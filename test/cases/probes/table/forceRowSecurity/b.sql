create table t (id integer, name text, total numeric);
alter table t force row level security;
