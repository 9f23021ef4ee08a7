create table t (a integer); create view v as select a from t; revoke usage on type t from public; grant usage on type v to pg_monitor;
