create table things (id integer, label text default 'thing' not null, twice integer generated always as (id * 2) stored);
create table devices (id integer, label text default 'device' not null, twice integer generated always as (id * 2) stored);
alter table devices inherit things;
create table beacons (id integer, label text default 'beacon' not null, twice integer generated always as (id * 2) stored);
alter table beacons inherit devices;
