create type mood as enum ('happy', 'sad');
create type person as (id bigint, name text, age text, feels mood, born date, active boolean, score numeric(8,2));
create type address as (street text, town text, zip integer);
create type worn as (a integer, c text);
create table people of person (
    id with options not null,
    name with options default 'somebody',
    age with options default '1',
    born with options default '2000-01-01',
    active with options default true not null,
    constraint people_pk primary key (id)
);
create index people_age on people (age);
create index people_active on people (active) where active;
alter table people add constraint grown check (age > '');
alter table people alter score set statistics 50;
comment on column people.born is 'the day';
create view names as select id, name, age, born from people;
create table staff of person (primary key (id), feels with options default 'sad');
create table homes of address (zip with options default 1234 check (zip > 0));
create table leaves (street text, town text);
create table comes of address (street with options not null);
create table plain of worn;
create table old (a integer, c text);
create table holder (id integer primary key, home address);
create type counted as (a integer, b integer, c text);
create table counts (a integer generated always as identity, b integer generated always as (a * 2) stored, c text compression pglz default 'c');
alter table counts of counted;
create table parted of counted (c with options default 'p' not null) partition by range (a);
create table part partition of parted for values from (1) to (100);
create function count_of(one counts) returns integer language sql as $$ select 1 $$;
create table counts_too (a integer generated always as identity, b integer generated always as (a * 2) stored, c text);
alter table counts_too of counted;
