create table t (id integer, name text, total numeric);
create policy p on t for delete using (true);
