create table tree (id integer primary key, under integer references tree) partition by range (id);
create table tree_low partition of tree for values from (0) to (10);
