alter default privileges in schema :"probe" grant usage on types to pg_monitor;
