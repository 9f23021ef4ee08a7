CREATE TABLE orders (place text, note text, state text) PARTITION BY LIST (place);
CREATE TABLE orders_home PARTITION OF orders FOR VALUES IN ('home');
CREATE TABLE orders_rest PARTITION OF orders DEFAULT PARTITION BY LIST (place);
CREATE TABLE orders_north PARTITION OF orders_rest FOR VALUES IN ('north') PARTITION BY LIST (state);
CREATE TABLE orders_north_all PARTITION OF orders_north DEFAULT;
ALTER TABLE ONLY orders_north ALTER COLUMN note SET DEFAULT 'by ship';
ALTER TABLE orders_north_all ALTER COLUMN state SET DEFAULT 'open';
