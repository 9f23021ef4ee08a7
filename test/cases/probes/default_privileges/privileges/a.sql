alter default privileges in schema :"probe" grant select on tables to pg_monitor;
