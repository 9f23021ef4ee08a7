create table plant (id int not null, height numeric check (height > 0));
create table tree (
  rings int default 1,
  constraint tree_rings check (rings > 0)
) inherits (plant);
create index tree_by_height on tree (height);
create view tall as select id, height from tree where height > 10;
alter table tree alter column height set statistics 50;
grant select on tree to public;

create table asset (id int, constraint known check (id > 0));
create table car (seats int) inherits (asset);
create function seats_of(car) returns int language sql as 'select $1.seats';
create table trip (car int generated always as identity, primary key (car));
alter table car add primary key (id);
alter table trip add foreign key (car) references car (id);

create table place (name text);
create table spot (name varchar(20));
create table town (people int, name text) inherits (place);

create table short (size int);
create table long (size bigint not null);
create table parcel () inherits (long);

create table left_side (edge int not null, constraint even check (edge > 0));
create table right_side (edge int not null, constraint even check (edge > 0));
create table both_sides () inherits (left_side, right_side);
