create extension btree_gist;
create table t (id integer not null, during tsrange not null, v integer constraint v_there not null);
create table u (id integer, during tsrange, x integer);
alter table u add constraint u_x check (x > 0) not enforced;
