create table orders (id serial, region text, note text, primary key (region, id), unique (region, note)) partition by list (region);
create table orders_north partition of orders (note not null) for values in ('north');
create table orders_south partition of orders for values in ('south');
create unique index orders_south_by_region on orders_south (region);
create table bills (region text) partition by list (region);
create table bills_north partition of bills for values in ('north');
create unique index bills_north_by_region on bills_north (region);
alter table bills_north add constraint bills_of_south foreign key (region) references orders_south (region);
alter table orders_north add constraint orders_of_bills foreign key (region) references bills_north (region);
