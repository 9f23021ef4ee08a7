create type mood as enum ('a', 'b');
create table p (mood mood) partition by range (mood);
create table p_1 partition of p for values from ('a') to ('b');
create table l (mood mood) partition by list (mood);
create table l_1 partition of l for values in ('a');
