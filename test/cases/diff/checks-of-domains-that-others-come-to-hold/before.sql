create domain small as int;
create domain later as int; alter domain later add constraint lk check (value > 0) not valid;
create type one as (a small);
create table plain (s small);
