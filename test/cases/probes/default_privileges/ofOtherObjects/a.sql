alter default privileges in schema :"probe" grant execute on functions to pg_monitor;
