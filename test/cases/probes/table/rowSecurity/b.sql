create table t (id integer, name text, total numeric);
alter table t enable row level security;
