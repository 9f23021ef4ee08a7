CREATE TABLE measure (at integer NOT NULL, sensor integer, label text) PARTITION BY RANGE (at);
CREATE TABLE measure_one PARTITION OF measure FOR VALUES FROM (0) TO (10);
CREATE TABLE measure_two PARTITION OF measure FOR VALUES FROM (10) TO (20);
CREATE INDEX measure_sensor ON measure (sensor);
ALTER TABLE measure ADD CONSTRAINT measure_key UNIQUE (at);
-- An index, and a key with a foreign key that rests on it, under names that the parts are to have.
CREATE INDEX measure_label_first ON measure_one (label);
CREATE INDEX measure_label_first_again ON measure_one (label, at);
CREATE TABLE other (id integer, CONSTRAINT measure_one_key UNIQUE (id));
CREATE TABLE refers (id integer REFERENCES other (id));
COMMENT ON INDEX measure_label_first IS 'goes';
