create table t (id integer, name text, total numeric);
create statistics s (ndistinct) on id, name from t;
