create table p (id integer primary key, c integer unique);
create table t (id integer, a integer references p (id), b integer constraint b_positive check (b > 0) no inherit);
alter table t add constraint late check (id > 0) not valid;
alter table t add constraint k unique (id);
