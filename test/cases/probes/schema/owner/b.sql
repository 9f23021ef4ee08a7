alter schema :"probe" owner to pg_monitor;
