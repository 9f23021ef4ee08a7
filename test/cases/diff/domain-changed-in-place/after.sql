create domain d as text default 'y' not null constraint long check (length(value) > 2);
create domain e as text;
create table t (a d, b e);
comment on constraint long on domain d is 'length';
