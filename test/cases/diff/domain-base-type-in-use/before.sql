create domain amount as integer default 1 constraint positive check (value > 0);
create table t (id integer, a amount, list amount[]);
create view v as select a from t;
