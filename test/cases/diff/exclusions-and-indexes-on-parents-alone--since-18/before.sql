create schema ex_only;
set search_path = ex_only;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;

create schema ex_only2;
set search_path = ex_only2;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p1 add constraint e1 exclude using btree (a with =);

create schema ex_only3;
set search_path = ex_only3;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p1 add constraint e1 exclude using btree (a with =);
alter table p add constraint e exclude using btree (a with =);

create schema ex_only4;
set search_path = ex_only4;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p1 add constraint e1 exclude using btree (a with =);
alter table p add constraint e exclude using btree (a with =);

create schema ex_only5;
set search_path = ex_only5;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;

create schema ix1;
set search_path = ix1;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;

create schema ix2;
set search_path = ix2;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
create index i1 on p1(b);

create schema ix3;
set search_path = ix3;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
create index i1 on p1(b);
create index i on p(b);

create schema ix4;
set search_path = ix4;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
create index i on p(b);

create schema ix5;
set search_path = ix5;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
create index i on only p(b);

create schema ix6;
set search_path = ix6;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
create index i on only p(b);
create table p3 partition of p for values from (10) to (20);

create schema ix7;
set search_path = ix7;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
create unique index i on only p(a);

create schema ix8;
set search_path = ix8;
create table p (a int, b int) partition by range(a);
create index i on only p (b);

create schema ix9;
set search_path = ix9;
create table p (a int, b int) partition by range(a);
create index i on only p (b);
