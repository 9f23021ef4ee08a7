create table t (id integer, name text, total numeric);
create policy p on t using (true) with check (id > 0);
