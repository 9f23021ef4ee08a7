create table orders (id integer, region text, note text) partition by list (region);
create unique index orders_by_note on orders (region, note);
create table bills (id integer, region text, note text) partition by list (region);
create unique index bills_by_note on bills (region, note);
alter table bills add constraint bills_of_orders foreign key (region, note) references orders (region, note);
alter table orders add constraint orders_of_bills foreign key (region, note) references bills (region, note);
