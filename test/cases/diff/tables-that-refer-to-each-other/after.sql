create table a (id integer primary key);
create table b (id integer primary key, a integer references a);
alter table a add column b integer references b;
create table self (id integer primary key, up integer references self);
