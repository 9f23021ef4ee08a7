create schema nncheck;
set search_path = nncheck;
create table t (x int constraint n1 not null, y int constraint n2 check (y > 0));

create schema nninh;
set search_path = nninh;
create table t (x int constraint n1 not null, y int constraint n2 not null) ;
create table t1 () inherits(t);

create schema nnpart;
set search_path = nnpart;
create table t (x int constraint n1 not null, y int constraint n2 not null) partition by list (x);
create table t1 partition of t default;

create schema nnring;
set search_path = nnring;
create table t (x int constraint n1 not null, y int constraint n2 not null, z int constraint n3 not null);

create schema nnswap;
set search_path = nnswap;
create table t (x int constraint n1 not null, y int constraint n2 not null);
