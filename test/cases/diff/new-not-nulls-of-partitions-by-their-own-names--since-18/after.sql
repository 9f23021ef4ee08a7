create table orders (region integer primary key, note text not null, amount integer default 3 not null, tax integer default 1 not null) partition by list (region);
create table orders_north (region integer primary key, note text not null, amount integer default 3 constraint has_amount not null, tax integer default 1 not null) partition by list (region);
create table orders_rest (region integer primary key, note text not null, amount integer default 3 constraint amount_is_there not null, tax integer default 1 not null);
alter table orders_north attach partition orders_rest default;
alter table orders attach partition orders_north default;
alter table orders_north alter tax set not null;
create table bills (region integer references orders);
