create table owners (id integer primary key);
create table things (kind text, owner integer) partition by list (kind);
create table things_1 partition of things for values in ('1');
create table things_2 partition of things for values in ('2') partition by list (owner);
create table things_21 partition of things_2 for values in (1);
create table things_3 partition of things for values in ('3');
alter table things add constraint things_owner foreign key (owner) references owners (id);
