create table t (id integer, name text, total numeric);
create policy p on t to pg_monitor, pg_read_all_data using (true);
