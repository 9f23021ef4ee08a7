grant usage on schema :"probe" to pg_monitor;
