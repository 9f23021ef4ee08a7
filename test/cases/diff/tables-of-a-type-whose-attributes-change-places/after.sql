create type pair as (c date, a bigint, d integer, b text);
create table pairs of pair (a with options primary key, b with options default 'x', d with options not null default 7);
create index pairs_b on pairs (b);
create table others (id bigint primary key references pairs, held pair);
create view seen as select a, b from pairs;
create table more of pair;
