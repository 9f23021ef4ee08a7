create table t (id integer, name text, total numeric);
create statistics s on (id + 1) from t;
