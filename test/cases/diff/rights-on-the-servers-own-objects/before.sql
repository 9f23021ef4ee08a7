revoke select on pg_catalog.pg_proc from public;
create table t (a integer);
create extension pg_stat_statements;
