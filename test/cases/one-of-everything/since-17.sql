-- What PostgreSQL 17 added.

create collation shop.built_in (provider = builtin, locale = 'C.UTF-8');
create table shop.heaped (id integer) partition by range (id) using shop_heap;
create event trigger on_reindex on ddl_command_end when tag in ('REINDEX') execute function shop.on_ddl();
create table shop.numbered (id integer generated always as identity, at date) partition by range (at);
create table shop.numbered_rest partition of shop.numbered default;
grant maintain on shop.customer to pg_monitor;
