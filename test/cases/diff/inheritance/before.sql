create table base (id integer not null, name text default 'n', constraint named check (name <> ''));
create table child (extra integer) inherits (base);
create table alone (id integer not null, name text, constraint named check (name <> ''));
