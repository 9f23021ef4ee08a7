create table readings (n integer, remark text) with (fillfactor = 80, toast.autovacuum_enabled = false);
create table notes (n text) with (toast.autovacuum_vacuum_threshold = 70);
