create foreign data wrapper :"probe";
create server :"probe" foreign data wrapper :"probe";
grant usage on foreign server :"probe" to pg_monitor;
