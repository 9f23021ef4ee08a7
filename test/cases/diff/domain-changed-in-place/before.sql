create domain d as text default 'x';
create domain e as text not null constraint long check (length(value) > 3);
create table t (a d, b e);
