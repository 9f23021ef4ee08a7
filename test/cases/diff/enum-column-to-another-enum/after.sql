create type b as enum ('x', 'y', 'z');
create table t (v b not null default 'z', w text);
