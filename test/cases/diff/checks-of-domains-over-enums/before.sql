create type mood as enum ('a', 'b');
create domain calm as mood;
create table d (mood calm);
