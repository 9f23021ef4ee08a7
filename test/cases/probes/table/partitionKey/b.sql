create table t (id integer, d date) partition by list (id);
