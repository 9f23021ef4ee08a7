CREATE TABLE loads (depot text, weight integer) PARTITION BY LIST (depot);
CREATE TABLE loads_east PARTITION OF loads FOR VALUES IN ('east');
ALTER TABLE loads ADD CONSTRAINT some_weight CHECK (weight <> 0);
