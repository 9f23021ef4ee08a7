create schema one;
set search_path = one;
create table p(a int) partition by list(a);
create table c(a int);

create schema onek;
set search_path = onek;
create table p(a int) partition by list(a);
create table c(a int, constraint c1 check (a>0));

create schema two;
set search_path = two;
create table p(a int) partition by list(a);
create table q partition of p default partition by list(a);
create table c(a int);

create schema twok;
set search_path = twok;
create table p(a int) partition by list(a);
create table q partition of p default partition by list(a);
create table c(a int, constraint c1 check (a>0));

create schema twoi;
set search_path = twoi;
create table p(a int);create table q() inherits(p);
create table c(a int);

create schema twoik;
set search_path = twoik;
create table p(a int);create table q() inherits(p);
create table c(a int, constraint c1 check (a>0));
