-- object: pg_catalog.pg_authid.rolname
grant select (rolname) on pg_catalog.pg_authid to pg_monitor; revoke select (subname) on pg_catalog.pg_subscription from public;
revoke usage on type pg_catalog.int4 from public; revoke select on pg_catalog.pg_settings from public;
