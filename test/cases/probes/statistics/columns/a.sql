create table t (id integer, name text, total numeric);
create statistics s on id, name from t;
