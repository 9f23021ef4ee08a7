create extension btree_gist;
create table t (id integer not null, during tsrange not null, v integer constraint v_is_there not null, constraint t_key primary key (id, during without overlaps));
create table u (id integer, during tsrange, x integer, constraint u_t foreign key (id, period during) references t (id, period during));
alter table u add constraint u_x_there not null x not valid;
