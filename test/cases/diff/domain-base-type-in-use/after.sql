create domain amount as numeric default 2 constraint positive check (value > 0) constraint small check (value < 1000);
create table t (id integer, a amount, list amount[]);
create view v as select a from t;
