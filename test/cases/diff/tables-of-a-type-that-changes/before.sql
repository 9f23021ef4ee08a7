create type mood as enum ('sad', 'happy');
create type person as (id integer, name text, age smallint, note varchar(20), feels mood);
create type address as (street text, town text);
create type worn as (a integer, b integer);
create table people of person (
    id with options not null,
    name with options default 'nobody',
    age with options default 1,
    constraint people_pk primary key (id)
);
create index people_age on people (age);
alter table people add constraint grown check (age > 0);
create view names as select id, name, age from people;
create table staff of person (primary key (id));
comment on column staff.note is 'about them';
create table homes of address;
create table leaves of address;
create table comes (street text, town text);
create table plain (a integer, b integer);
create table worn_out of worn;
create table old of worn (b with options default 5);
create table holder (id integer primary key, home address);
create type counted as (a integer, b integer);
create table counts (a integer generated always as identity, b integer generated always as (a * 2) stored);
alter table counts of counted;
create table parted of counted partition by range (a);
create table part partition of parted for values from (1) to (100);
create function count_of(one counts) returns integer language sql as $$ select 1 $$;
