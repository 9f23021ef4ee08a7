CREATE TABLE visits (place text, day date, guest integer) PARTITION BY LIST (place);
CREATE TABLE visits_north PARTITION OF visits FOR VALUES IN ('north');
CREATE INDEX visits_north_own ON visits_north (day);
CREATE TABLE visits_rest (place text, day date, guest integer);
CREATE INDEX visits_rest_own ON visits_rest (guest);
CREATE INDEX visits_guest ON visits (guest);
CREATE TABLE orders (shop text NOT NULL, number integer NOT NULL) PARTITION BY LIST (shop);
CREATE TABLE orders_a PARTITION OF orders (PRIMARY KEY (shop, number)) FOR VALUES IN ('a');
CREATE TABLE orders_b (shop text NOT NULL, number integer NOT NULL, UNIQUE (shop, number));
