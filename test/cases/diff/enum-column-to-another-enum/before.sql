create type a as enum ('x', 'y');
create table t (v a not null default 'x', w text);
