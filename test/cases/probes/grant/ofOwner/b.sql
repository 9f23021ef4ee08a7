create table t (id integer, name text, total numeric);
revoke delete on t from current_user;
