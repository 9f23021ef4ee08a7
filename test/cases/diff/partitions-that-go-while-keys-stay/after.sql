create table owners (id integer primary key);
create table things (kind text, owner integer) partition by list (kind);
create table things_3 partition of things for values in ('3');
alter table things add constraint things_owner foreign key (owner) references owners (id);
