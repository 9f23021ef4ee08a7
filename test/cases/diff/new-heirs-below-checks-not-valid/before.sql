create foreign data wrapper nothing;
create server nowhere foreign data wrapper nothing;
create table a (id int);
create table b () inherits (a);
create table looked () inherits (a);
alter table a add constraint k check (id > 0) not valid;
alter table looked validate constraint k;
