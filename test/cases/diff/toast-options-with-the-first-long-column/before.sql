create table readings (n integer);
create table notes (n integer);
