create table payments (id integer);
