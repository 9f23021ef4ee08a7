create foreign data wrapper plain options (debug 'true');
create foreign data wrapper grown options (mpp 'all', debug 'true', "Odd name" 'x''y');
create server here foreign data wrapper plain options (dbname 'd', port '2', host 'a');
create server there foreign data wrapper plain options (host 'b');
create foreign table films (id integer options (z '0', x '1'), title text, kind text options (column_name 'k'))
    server here options (schema_name 'public', estimate 'false', table_name 'all_films');
create table t (id integer, name text) with (fillfactor = 80, toast_tuple_target = 1024, autovacuum_enabled = false);
alter table t alter name set (n_distinct = 6, n_distinct_inherited = 7);
create index on t (id) with (fillfactor = 50, deduplicate_items = off);
create view v with (security_barrier = false, check_option = local) as select id from t where id > 0;
create table stays (id integer) with (parallel_workers = 3, fillfactor = 70);
