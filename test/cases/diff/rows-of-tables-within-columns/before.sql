create table t (a integer, b text, e text default 'e');
create domain one as t check ((value).a > 0);
create type two as (x one, y t[]);
create table holder (
    id integer,
    plain t default row(1, 'b', 'e') not null check ((plain).a > 0),
    list t[],
    "within" two,
    "many within" two[],
    goes t,
    changes t
);
create index on holder ((("plain").a));
create statistics of_rows on plain, list from holder;
create view over_rows as select plain, list from holder;
create materialized view of_rows_stored as select "within" from holder;
create index on of_rows_stored ((("within").x));
create table further (holders holder[]);
create table parts (id integer, part t) partition by range (id);
create table parts_1 partition of parts for values from (0) to (100);
create function a_of(row_of t) returns integer language sql immutable as 'select row_of.a';
create table computed (part t, a integer generated always as (a_of(part)) stored);
create index on computed (a_of(part));
create table logged (a integer);
create table of_logged (part logged);
create view shown as select 1 as a;
create table of_shown (part shown);
create type of_rows_type as (part t, id integer);
create table typed of of_rows_type (id with options default 1);
create foreign data wrapper none;
create server nowhere foreign data wrapper none;
create foreign table elsewhere (a integer, b text) server nowhere;
create table of_elsewhere (part elsewhere, parts elsewhere[]);
create view more_shown as select 1 as a, 'b'::text as b;
create table of_more_shown (id integer, part more_shown);
