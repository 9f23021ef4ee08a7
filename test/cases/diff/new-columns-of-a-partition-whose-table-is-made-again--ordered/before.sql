create table readings (taken integer) partition by range (taken);
create table readings_first partition of readings for values from (0) to (1000);
