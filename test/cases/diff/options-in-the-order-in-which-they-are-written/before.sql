create foreign data wrapper plain options (mpp 'all', debug 'true');
create foreign data wrapper grown options (debug 'true');
create server here foreign data wrapper plain options (host 'a', port '1', "Use It" 'it''s');
create server there foreign data wrapper plain;
create foreign table films (id integer options (x '1', y '2'), title text options (column_name 'name'), kind text)
    server here options (schema_name 'public', table_name 'films', updatable 'true', estimate 'true');
create table t (id integer, name text) with (fillfactor = 70, autovacuum_enabled = false, parallel_workers = 2);
alter table t alter name set (n_distinct = 5, n_distinct_inherited = 7);
create index on t (id) with (fillfactor = 60, deduplicate_items = off);
create view v with (security_barrier = true, check_option = local) as select id from t where id > 0;
create table stays (id integer) with (fillfactor = 70, parallel_workers = 2);
