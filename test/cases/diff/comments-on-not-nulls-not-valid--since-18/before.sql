create table others (n integer not null);
