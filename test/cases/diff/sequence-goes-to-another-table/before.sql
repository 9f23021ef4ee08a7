create table packages (id serial primary key, name text);
create table kept (old serial, name text);
create table giver (n serial, m serial);
create table taker (n int);
