create table things (id integer);
create table devices (id integer);
alter table devices inherit things;
create table beacons (id integer);
alter table beacons inherit devices;
