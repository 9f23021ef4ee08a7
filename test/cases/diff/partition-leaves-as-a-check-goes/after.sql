create table event (id integer not null, at date not null, kind text, primary key (id, at)) partition by range (at);
create table event_2021 partition of event for values from ('2021-01-01') to ('2022-01-01');
create table event_2022 partition of event for values from ('2022-01-01') to ('2023-01-01');
alter table event detach partition event_2021;
create table parent (a integer);
create table child (a integer, b integer);
