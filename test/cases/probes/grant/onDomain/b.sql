create domain c as integer; grant usage on domain c to pg_monitor;
