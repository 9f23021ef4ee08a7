create unlogged table t (a text compression pglz, b text, c numeric, d integer) with (fillfactor = 70, toast.autovacuum_enabled = false);
alter table t alter b set storage external, alter c set storage main, alter d set statistics 500, alter d set (n_distinct = -0.5);
create index t_expression on t ((d + 1), a) with (fillfactor = 60);
alter index t_expression alter column 1 set statistics 77;
alter table t cluster on t_expression;
alter table t replica identity full;
