CREATE TABLE shelves (id int PRIMARY KEY, above int CONSTRAINT stands_below REFERENCES shelves, width int) PARTITION BY LIST (id);
CREATE TABLE shelves_one PARTITION OF shelves FOR VALUES IN (1);
CREATE TABLE shelves_two PARTITION OF shelves FOR VALUES IN (2);
ALTER TABLE shelves ADD CONSTRAINT has_width NOT NULL width;
CREATE TABLE books (shelf int CONSTRAINT stands_on REFERENCES shelves);
CREATE TABLE racks (id int PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE racks_one (id int CONSTRAINT first_has_id NOT NULL);
ALTER TABLE racks ATTACH PARTITION racks_one FOR VALUES IN (1);
CREATE TABLE hats (rack int REFERENCES racks);
