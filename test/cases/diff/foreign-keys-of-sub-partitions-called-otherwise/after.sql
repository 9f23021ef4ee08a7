create table target (id integer primary key);
create table part (id integer) partition by list (id);
create table part_23 (id integer, constraint own_name foreign key (id) references target) partition by list (id);
create table part_23_2 partition of part_23 for values in (2);
create table part_23_3 (id integer, constraint third foreign key (id) references target);
alter table part_23 attach partition part_23_3 for values in (3);
alter table part add constraint part_id_fkey foreign key (id) references target;
alter table part attach partition part_23 for values in (2, 3);
