create type pair as (a integer, b text, c date);
create table pairs of pair (a with options primary key, b with options default 'x');
create index pairs_b on pairs (b);
create table others (id integer primary key references pairs, held pair);
create view seen as select a, b from pairs;
create table more of pair;
