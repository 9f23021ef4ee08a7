create table a (id serial, n text not null check (n <> ''), unique (id));
create table b (m integer, unique (id)) inherits (a);
