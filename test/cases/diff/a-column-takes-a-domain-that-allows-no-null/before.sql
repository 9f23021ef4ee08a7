create domain old_id as text;
create table t (id old_id);
