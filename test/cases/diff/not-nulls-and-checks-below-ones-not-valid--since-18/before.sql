create schema ck1;
set search_path = ck1;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
alter table p add constraint k check (b>0) not valid;
alter table p1 validate constraint k;

create schema ck2;
set search_path = ck2;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
alter table p add constraint k check (b>0) not valid;
alter table p10 validate constraint k;

create schema nn1;
set search_path = nn1;
create table a (x int);
create table b (x int);
create table c () inherits (a, b);

create schema nn3;
set search_path = nn3;
create table a (x int);
create table b (x int);
create table c () inherits (a, b);

create schema nn5;
set search_path = nn5;
create table a (x int);
create table b (x int);alter table a add constraint na not null x;
alter table b add constraint nb not null x not valid;

create schema nn6;
set search_path = nn6;
create table a (x int);
create table b (x int);alter table a add constraint na not null x not valid;
alter table b add constraint nb not null x ;

create schema nn7;
set search_path = nn7;
create table a (x int);
create table b (x int);alter table a add constraint na not null x not valid;
alter table b add constraint nb not null x not valid;

create schema nn8;
set search_path = nn8;
create table a (x int);
create table b (x int);
create table c () inherits (a, b);
alter table a add constraint na not null x;
alter table b add constraint nb not null x not valid;

create schema nv1;
set search_path = nv1;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p add constraint n not null b not valid;
alter table p1 validate constraint n;

create schema nv2;
set search_path = nv2;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p1 add constraint m not null b;
alter table p add constraint n not null b not valid;

create schema nv3;
set search_path = nv3;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
alter table p add constraint n not null b not valid;
alter table p1 validate constraint n;

create schema nv4;
set search_path = nv4;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
alter table p add constraint n not null b not valid;
alter table p10 validate constraint n;

create schema nv5;
set search_path = nv5;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
alter table p10 add constraint m not null b;
alter table p add constraint n not null b not valid;
