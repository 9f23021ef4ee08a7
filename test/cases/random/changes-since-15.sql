-- Changes that PostgreSQL 15 made possible.

alter publication app_pub set table app.account (id, name) where (id > 1);
alter publication app_pub add tables in schema app;
alter table app.account add constraint nulls_once unique nulls not distinct (note);
alter view app.active set (security_invoker = true);
alter table app.lonely set access method shop_heap;
