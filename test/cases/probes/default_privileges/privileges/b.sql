alter default privileges in schema :"probe" grant select, insert on tables to pg_monitor;
