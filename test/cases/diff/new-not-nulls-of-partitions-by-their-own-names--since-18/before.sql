create table orders (region integer primary key, note text) partition by list (region);
create table orders_north (region integer primary key, note text) partition by list (region);
create table orders_rest (region integer primary key, note text);
alter table orders_north attach partition orders_rest default;
alter table orders attach partition orders_north default;
create table bills (region integer references orders);
