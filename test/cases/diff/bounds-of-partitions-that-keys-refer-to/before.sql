CREATE TABLE shelves (id int PRIMARY KEY, above int CONSTRAINT stands_below REFERENCES shelves) PARTITION BY LIST (id);
CREATE TABLE shelves_one PARTITION OF shelves FOR VALUES IN (1);
CREATE TABLE shelves_more PARTITION OF shelves FOR VALUES IN (2, 3) PARTITION BY LIST (id);
CREATE TABLE shelves_two PARTITION OF shelves_more FOR VALUES IN (2);
CREATE TABLE shelves_three PARTITION OF shelves_more FOR VALUES IN (3);
CREATE TABLE books (shelf int CONSTRAINT stands_on REFERENCES shelves, first int REFERENCES shelves_one);
