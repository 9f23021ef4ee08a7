CREATE TABLE parts (id integer, amount integer, CONSTRAINT key UNIQUE (id) WITH (fillfactor = 60)) PARTITION BY LIST (id);
CREATE TABLE one PARTITION OF parts FOR VALUES IN (1);
CREATE INDEX by_amount ON parts (amount) WITH (fillfactor = 70);
