alter default privileges grant usage on sequences to pg_monitor;
create table grown (n integer not null);
create table kept (n integer generated always as identity);
