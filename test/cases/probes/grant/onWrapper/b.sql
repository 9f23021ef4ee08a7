create foreign data wrapper :"probe";
grant usage on foreign data wrapper :"probe" to pg_monitor;
