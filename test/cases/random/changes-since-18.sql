-- Changes that PostgreSQL 17 and 18 made possible.

alter table app.orders alter column total_twice set expression as (total * 3);
alter table app.account add column virtual_one integer generated always as (id + 2) virtual;
alter table app.account rename constraint account_name_not_null to must_have_name;
alter table app.lonely add constraint a_needed not null a;
alter table app.lonely add constraint a_needed not null a not valid;
alter table app.lonely add constraint b_needed not null b no inherit;
alter table app.base add constraint id_needed not null id;
alter table app.base add constraint name_needed not null name not valid;
alter table app.orders alter constraint orders_account not enforced;
alter table app.lonely add constraint lonely_loose check (a > 1000) not enforced;
alter table app.orders drop column total_twice cascade, add column total_twice integer generated always as (total * 2) virtual;
alter table shop.eighteen drop column c, add column c integer generated always as (a + 1) stored;
alter table shop.eighteen alter constraint must_be no inherit;
alter table shop.eighteen validate constraint b_later;
alter table app.event add constraint kind_needed not null kind;
