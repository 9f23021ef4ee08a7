create table tree (id integer primary key, under integer references tree) partition by range (id);
create table tree_low partition of tree for values from (0) to (10);
create table tree_high partition of tree for values from (10) to (30) partition by range (id);
create table tree_high_a partition of tree_high for values from (10) to (20);
create table tree_high_b partition of tree_high for values from (20) to (30) partition by range (id);
create table tree_high_b_all partition of tree_high_b default;
