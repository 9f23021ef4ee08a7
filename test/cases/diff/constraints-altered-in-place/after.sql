create table p (id integer primary key, c integer unique);
create table t (id integer, a integer references p (id) deferrable initially deferred, b integer constraint b_positive check (b > 0));
alter table t add constraint late check (id > 0);
alter table t add constraint k unique (id) deferrable;
