CREATE TABLE gates (id int, side int) PARTITION BY LIST (side);
CREATE TABLE gates_one PARTITION OF gates FOR VALUES IN (1);
CREATE TABLE paths (id int, side int) PARTITION BY LIST (side);
CREATE TABLE paths_one PARTITION OF paths FOR VALUES IN (1);
CREATE TABLE paths_two PARTITION OF paths FOR VALUES IN (2);
ALTER TABLE paths_two ADD CONSTRAINT has_id NOT NULL id;
