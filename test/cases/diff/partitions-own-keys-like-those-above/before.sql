CREATE TABLE owners (id int PRIMARY KEY);
CREATE TABLE rooms (id int, owner int) PARTITION BY LIST (id);
CREATE TABLE rooms_one PARTITION OF rooms FOR VALUES IN (1);
