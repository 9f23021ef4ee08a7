create table base (n integer not null);
create table ranges (n integer not null) partition by range (n);
create table kept () inherits (base);
