create type mood as enum ('a', 'b');
create domain calm as mood constraint k check (value::mood <> 'b');
create table d (mood calm);
