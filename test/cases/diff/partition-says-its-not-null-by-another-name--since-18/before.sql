CREATE TABLE tickets (day date, guest text, price integer) PARTITION BY RANGE (day);
CREATE TABLE tickets_old PARTITION OF tickets FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE tickets_new PARTITION OF tickets DEFAULT PARTITION BY LIST (price);
CREATE TABLE tickets_free PARTITION OF tickets_new FOR VALUES IN (0);
CREATE TABLE tickets_paid PARTITION OF tickets_new DEFAULT;
