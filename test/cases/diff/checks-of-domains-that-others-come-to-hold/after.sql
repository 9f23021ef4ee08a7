create domain small as int constraint k check (value > 0);
create domain later as int constraint lk check (value > 0);
create type one as (a small);
create domain list as small[];
create type two as (a small, l list, m later);
create table plain (s small);
create table t (l list[], x small[], o one, w two[]);
