CREATE TABLE gates (id int, side int) PARTITION BY LIST (side);
CREATE TABLE gates_one PARTITION OF gates FOR VALUES IN (1);
