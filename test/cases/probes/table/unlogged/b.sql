create unlogged table t (id integer, name text, total numeric);
