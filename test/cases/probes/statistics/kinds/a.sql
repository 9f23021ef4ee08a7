create table t (id integer, name text, total numeric);
create statistics s (mcv) on id, name from t;
