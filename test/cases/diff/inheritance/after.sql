create table base (id bigint not null, name text default 'm', more date, constraint named check (name <> ''));
create table child (extra integer) inherits (base);
create table alone (id bigint not null, name text, more date, constraint named check (name <> ''));
alter table alone inherit base;
