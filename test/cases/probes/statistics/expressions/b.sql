create table t (id integer, name text, total numeric);
create statistics s on (id + 2) from t;
