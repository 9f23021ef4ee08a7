create table p (a integer primary key);
create table c (a integer, constraint to_p foreign key (a) references p, constraint positive check (a > -2000000000));
create table parent (a integer, constraint small check (a < 2000000000));
create table child () inherits (parent);
create table own (constraint mine check (a < 2000000000)) inherits (p);
create table open (a integer);
create table looked_at () inherits (open);
alter table open add constraint above check (a < 2000000000) not valid;
alter table looked_at validate constraint above;
