create table t (id integer, name text, total numeric);
create statistics s on id, total from t;
