CREATE TABLE orders (place text, note text DEFAULT 'by ship', state text DEFAULT 'new') PARTITION BY LIST (place);
CREATE TABLE orders_home PARTITION OF orders FOR VALUES IN ('home');
CREATE TABLE orders_rest PARTITION OF orders DEFAULT PARTITION BY LIST (place);
CREATE TABLE orders_north PARTITION OF orders_rest FOR VALUES IN ('north') PARTITION BY LIST (state);
CREATE TABLE orders_north_all PARTITION OF orders_north DEFAULT;
ALTER TABLE orders_north_all ALTER COLUMN state SET DEFAULT 'open';
