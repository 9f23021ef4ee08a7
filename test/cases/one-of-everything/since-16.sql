-- What PostgreSQL 16 added.

create collation shop.ruled (provider = icu, locale = 'und', rules = '&a < g');
alter table shop.cache alter column value set storage default;
alter table shop.cache alter column value set storage main;
alter subscription shop_subscription set (origin = none, run_as_owner = true, password_required = false);
