create schema fk1;
set search_path = fk1;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p1 add constraint f1 foreign key (b) references r;
alter table p add constraint f foreign key (b) references r not valid;

create schema fk2;
set search_path = fk2;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p1 add constraint f1 foreign key (b) references r;
alter table p add constraint f foreign key (b) references r not valid;

create schema fk3;
set search_path = fk3;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p1 add constraint f1 foreign key (b) references r;
alter table p add constraint f foreign key (b) references r not valid;

create schema fk4;
set search_path = fk4;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p1 add constraint f1 foreign key (b) references r;
alter table p add constraint f foreign key (b) references r not valid;

create schema fk41;
set search_path = fk41;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
alter table p10 add constraint f1 foreign key (b) references r;
alter table p add constraint f foreign key (b) references r not valid;

create schema fk42;
set search_path = fk42;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
alter table p1 add constraint f1 foreign key (b) references r not valid;
alter table p add constraint f foreign key (b) references r not valid;

create schema fk43;
set search_path = fk43;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
alter table p1 add constraint f1 foreign key (b) references r;
alter table p add constraint f foreign key (b) references r;

create schema fk44;
set search_path = fk44;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
alter table p1 add constraint f1 foreign key (b) references r;
alter table p add constraint f foreign key (b) references r;

create schema fk5;
set search_path = fk5;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p add constraint f foreign key (b) references r not valid;
alter table p1 validate constraint f;

create schema fk51;
set search_path = fk51;
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10) partition by range (a);
create table p10 partition of p1 default;create table p2 partition of p default;
create table r (b int primary key);
alter table p add constraint f foreign key (b) references r not valid;

create schema fk6;
set search_path = fk6;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p add constraint f foreign key (b) references r not valid;
alter table p1 validate constraint f;

create schema fk7;
set search_path = fk7;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p1 add constraint f foreign key (b) references r not valid;
alter table p add constraint f foreign key (b) references r not valid;

create schema fk8;
set search_path = fk8;
create table r (b int primary key);
create table p (a int, b int) partition by range(a);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p default;
alter table p add constraint f foreign key (b) references r ;
