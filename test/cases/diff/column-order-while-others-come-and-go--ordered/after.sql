create table orders (id serial primary key, customer int not null, day date default current_date);
create table comes (id int generated always as identity primary key, total int default 1);
create table stays (a bigint, b text, c int default 2);
create index stays_a on stays (a);
create view replaced as select a, c from stays;
create view comes_too as select * from comes;
