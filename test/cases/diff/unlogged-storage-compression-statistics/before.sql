create table t (a text, b text, c numeric, d integer);
create index t_expression on t ((d + 1), a);
