CREATE TABLE loads (depot text, weight integer) PARTITION BY LIST (depot);
ALTER TABLE loads ADD CONSTRAINT some_weight CHECK (weight > -1) NOT VALID;
CREATE TABLE loads_east PARTITION OF loads FOR VALUES IN ('east');
