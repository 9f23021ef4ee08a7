create table p (a integer); create table c () inherits (p); alter table p add constraint x check (a > 0) not valid;
