create table readings (taken integer, sensor integer, place text, at timestamptz, by name) partition by list (sensor);
create table readings_first partition of readings default;
