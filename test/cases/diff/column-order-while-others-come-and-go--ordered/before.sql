create table orders (customer int not null, day date default current_date);
create table stays (a int, b text default 'x');
create table goes (id int primary key);
create view goes_too as select * from goes;
create view replaced as select a from stays;
